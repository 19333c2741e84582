using FsCheck;
using FsCheck.Fluent;

namespace Worker.Tests.Control;

/// <summary>The oracle itself, against sums done by hand and against a search of all courses.</summary>
public sealed class AccuracyOracleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly (double, double)[] Rungs = [(10, 0.9), (20, 0.8), (40, 0.5)];

    [Fact]
    public void What_the_first_rung_can_do_costs_nothing() =>
        Assert.Equal(new OracleResult(0, 0), AccuracyOracle.Solve([10, 10, 3, 10], Second, Rungs, TimeSpan.Zero));

    [Fact]
    public void A_second_of_fifteen_is_half_in_each_rung_or_all_in_the_cheaper()
    {
        OracleResult result = AccuracyOracle.Solve([15], Second, Rungs, TimeSpan.Zero);
        Assert.Equal(0.5 * 20 * 0.1, result.Mixed, 9);
        Assert.Equal(15 * 0.1, result.Single, 9);
    }

    [Theory]
    [InlineData(5, 0, 0)] // the first rung has time to spare
    [InlineData(10, 0, 0)]
    [InlineData(20, 2, 2)]
    [InlineData(30, 9, 12)] // the second and the third take turns
    [InlineData(40, 16, 16)]
    public void A_rate_costs_what_the_best_two_rungs_in_turns_give_up(double perSecond, double mixed, double single)
    {
        foreach ((double, double)[] rungs in new[] { Rungs, [.. Rungs, (15, 0.7)] }) // which is dearer than another and no better
        {
            OracleResult result = AccuracyOracle.Solve([perSecond], Second, rungs, TimeSpan.Zero);
            Assert.Equal((mixed, single), (Math.Round(result.Mixed, 9), Math.Round(result.Single, 9)));
        }
    }

    [Fact]
    public void What_may_wait_is_spread()
    {
        Assert.Equal(0, AccuracyOracle.Solve([20, 0], Second, Rungs, Second).Mixed, 9);
        Assert.Equal(2, AccuracyOracle.Solve([20, 0], Second, Rungs, TimeSpan.Zero).Mixed, 9);
    }

    [Fact]
    public void Beyond_the_fastest_rung_all_is_done_in_it_for_as_long_as_it_takes()
    {
        OracleResult result = AccuracyOracle.Solve([80, 0, 0], Second, Rungs, TimeSpan.Zero);
        Assert.Equal((80 * 0.4, 80 * 0.4), (result.Mixed, result.Single));
    }

    /// <summary>Work in units of 5 documents a slot, every course of four slots.</summary>
    [Fact]
    public void No_course_costs_less_than_the_mixed_bound_and_one_comes_close()
    {
        Random random = new(1);
        for (int time = 0; time < 60; time++)
        {
            double[] arrivals = [.. Enumerable.Range(0, 4).Select(_ => 5.0 * random.Next(7))];
            TimeSpan delay = random.Next(3) * Second;
            double bound = AccuracyOracle.Solve(arrivals, Second, Rungs, delay).Mixed;
            double best = Search([.. arrivals, 0, 0, 0], 0, 0, (int)delay.TotalSeconds);
            Assert.InRange(bound, 0, best + 1e-9);
            Assert.InRange(best - bound, -1e-9, 2.5 * 0.1 * arrivals.Length); // what rounding to units of 5 can cost
        }
    }

    private static double Search(double[] arrivals, int slot, double done, int delay)
    {
        double came = arrivals.Take(slot + 1).Sum(), due = arrivals.Take(slot + 1 - delay).Sum();
        if (slot == arrivals.Length) return done >= arrivals.Sum() ? 0 : double.PositiveInfinity;
        double best = double.PositiveInfinity;
        for (double work = 0; work <= 40 && done + work <= came; work += 5)
        {
            if (done + work < Math.Min(due, came)) continue;
            double cost = work <= 10 ? 0 : work <= 20 ? (work - 10) / 10 * 2 : 2 + ((work - 20) / 20 * 14);
            best = Math.Min(best, cost + Search(arrivals, slot + 1, done + work, delay));
        }

        return best;
    }

    [Fact]
    public void A_taut_string_keeps_between_its_bounds_and_no_other_course_costs_less_by_a_convex_price() => Prop.ForAll(
        Gen.Choose(0, 9).ListOf(12).ToArbitrary(),
        steps =>
        {
            double[] most = [0, .. Sums([.. steps.Select(step => (double)step)])];
            double[] least = [.. most.Select((_, at) => at < 3 ? 0 : most[at - 3])];
            least[^1] = most[^1];
            double[] course = Course(AccuracyOracle.TautString(least, most));
            Assert.Equal(most[^1], course[^1], 9);
            for (int at = 0; at < course.Length; at++) Assert.InRange(course[at], least[at] - 1e-9, most[at] + 1e-9);
            double price = Price(course);
            Random random = new(1);
            for (int trial = 0; trial < 50; trial++)
            {
                // Another course between the bounds: any mixture of the two bounds that never falls.
                double share = random.NextDouble();
                double[] other = [.. course.Select((own, at) => (own * 0.5) + (0.5 * ((share * least[at]) + ((1 - share) * most[at]))))];
                Assert.True(Price(other) >= price - 1e-9);
            }
        }).QuickCheckThrowOnFailure();

    private static double Price(double[] course) => course.Zip(course.Skip(1), (one, next) => (next - one) * (next - one)).Sum();

    private static double[] Course(IEnumerable<(int Length, double Rise)> pieces) =>
        [0, .. Sums([.. pieces.SelectMany(piece => Enumerable.Repeat(piece.Rise / piece.Length, piece.Length))])];

    private static IEnumerable<double> Sums(double[] steps)
    {
        double sum = 0;
        foreach (double step in steps) yield return sum += step;
    }
}
