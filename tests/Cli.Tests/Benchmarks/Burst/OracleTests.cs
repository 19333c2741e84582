using Benchmarks.Burst.Outcomes;
using FsCheck;
using FsCheck.Fluent;
using Worker.Tests.Control.Simulated;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class OracleTests
{
    private static readonly Rungs Rungs = new([new("swift", 1000, 0.9), new("students:1", 500, 0.96), new("teacher", 100, 1.0)]);

    [Theory]
    [InlineData(50, 0)] // the teacher has time to spare
    [InlineData(100, 0)]
    [InlineData(500, 500 * 0.04)]
    [InlineData(300, 500 * 0.04 / 2)] // teacher and student take turns
    [InlineData(1000, 100)]
    [InlineData(1001, double.PositiveInfinity)]
    public void A_rate_costs_what_the_best_two_modes_in_turns_give_up(double perSecond, double givenUp) =>
        Assert.Equal(givenUp, Rungs.LeastGivenUp(perSecond), 9);

    [Fact]
    public void A_dearer_mode_that_is_no_better_is_passed_over()
    {
        Rungs dominated = new([.. Rungs.All, new("students:2", 300, 0.95)]);
        Assert.Equal(Rungs.LeastGivenUp(300), dominated.LeastGivenUp(300), 9);
    }

    [Fact]
    public void A_burst_is_spread_over_the_time_that_its_documents_may_wait()
    {
        double[] burst = [.. Enumerable.Range(0, 3000).Select(n => 10 + (n / 300.0))]; // ten seconds of 300
        // Ten documents' worth of teacher a second less while it lasts, and 100 more in the second after it.
        double spread = 11 * Rungs.LeastGivenUp(3000 / 11.0);
        Assert.Equal(spread, Oracle.GivenUp(burst, 0, 60, 1, Rungs), 0.5);
        Assert.Equal(10 * Rungs.LeastGivenUp(300), Oracle.GivenUp(burst, 0, 60, 0, Rungs), 0.5);
        Assert.Equal(0, Oracle.GivenUp(burst, 0, 60, 50, Rungs), 6);
        Assert.Equal(3000 * 0.04, Oracle.GivenUp(burst, 0, 60, 0, Rungs, mixes: false), 0.5); // the student all the time
    }

    [Fact]
    public void What_is_too_much_for_the_cheapest_mode_is_served_as_fast_as_it_can()
    {
        double[] burst = [.. Enumerable.Range(0, 20000).Select(n => 10 + (n / 2000.0))]; // ten seconds of twice its capacity
        Assert.Equal(20 * 100, Oracle.GivenUp(burst, 0, 60, 1, Rungs), 0.5);
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
