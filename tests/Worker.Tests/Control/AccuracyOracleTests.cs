using Worker.Tests.Control.Simulated;

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
}
