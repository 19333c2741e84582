using Benchmarks.Burst.Load;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class ScheduleTests
{
    [Fact]
    public void Bursts_follow_one_another_with_calm_between_at_the_rates_that_were_asked_for()
    {
        Schedule schedule = Schedule.Bursts(calmPerSecond: 6, unit: 20, [5, 80], calm: 30, burst: 20, after: 60);
        Assert.Equal(
            [
                ("calm", 0, 30, 6), ("burst 5x", 30, 50, 100), ("after 5x", 50, 110, 6), ("burst 80x", 110, 130, 1600),
                ("after 80x", 130, 190, 6),
            ],
            schedule.Phases.Select(phase => (phase.Name, phase.From, phase.To, phase.PerSecond)));
        foreach (Phase phase in schedule.Phases)
        {
            double expected = phase.Seconds * phase.PerSecond;
            int count = schedule.Arrivals.Count(at => at >= phase.From && at < phase.To);
            Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))); // Poisson
        }

        Assert.Equal(schedule.Arrivals.Order(), schedule.Arrivals);
    }

    [Fact]
    public void Whoever_has_a_phase_of_a_name_has_the_same_arrivals_in_it_whatever_comes_before()
    {
        Schedule chain = Schedule.Bursts(6, 20, [5, 10, 80], 30, 20, 60), alone = Schedule.Bursts(6, 20, [80], 30, 20, 60);
        Assert.Equal(InBurst(alone).Count(), InBurst(chain).Count());
        Assert.All(InBurst(alone).Zip(InBurst(chain)), pair => Assert.Equal(pair.First, pair.Second, 6));

        static IEnumerable<double> InBurst(Schedule schedule)
        {
            Phase burst = schedule.Phases.Single(phase => phase.Name == "burst 80x");
            return schedule.Arrivals.Where(at => at >= burst.From && at < burst.To).Select(at => at - burst.From);
        }
    }

    [Fact]
    public void Arrivals_are_as_far_apart_as_chance_has_them()
    {
        Schedule schedule = Schedule.Poisson([("calm", 1000, 10)]);
        double[] gaps = [.. schedule.Arrivals.Zip(schedule.Arrivals.Skip(1), (one, next) => next - one)];
        Assert.Equal(0.1, gaps.Average(), 0.005);
        Assert.Equal(Math.Exp(-1), gaps.Count(gap => gap > 0.1) / (double)gaps.Length, 0.02); // exponential, not even
    }

    [Fact]
    public void A_day_is_calm_most_of_the_time_and_has_most_of_its_documents_in_bursts()
    {
        Schedule day = Schedule.Day(600, calmPerSecond: 6, mostPerSecond: 800);
        Assert.Equal(600, day.Seconds);
        int[] seconds = [.. Enumerable.Range(0, 600).Select(second => day.Arrivals.Count(at => at >= second && at < second + 1))];
        Assert.InRange(seconds.Order().ElementAt(300), 4, 20); // the median second is calm
        Assert.True(seconds.Max() > 200);
        Assert.True(seconds.OrderDescending().Take(60).Sum() > seconds.Sum() / 2);
        Assert.Equal(day.Arrivals, Schedule.Day(600, 6, 800).Arrivals);
    }
}
