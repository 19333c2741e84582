using Benchmarks.Burst.Outcomes;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class OracleTests
{
    private static readonly Rungs Rungs = new([new("swift", 1000, 0.9), new("students:1", 500, 0.96), new("teacher", 100, 1.0)]);

    [Fact]
    public void A_burst_is_spread_over_the_time_that_its_documents_may_wait()
    {
        double[] burst = [.. Enumerable.Range(0, 3000).Select(n => 10 + (n / 300.0))]; // ten seconds of 300
        // Ten documents' worth of teacher a second less while it lasts, and 100 more in the second after it.
        double spread = 11 * 172.727272 / 400 * 20;
        Assert.Equal(spread, Oracle.GivenUp(burst, 0, 60, 1, Rungs), 0.5);
        Assert.Equal(10 * 10, Oracle.GivenUp(burst, 0, 60, 0, Rungs), 0.5);
        Assert.Equal(0, Oracle.GivenUp(burst, 0, 60, 50, Rungs), 6);
        Assert.Equal(3000 * 0.04, Oracle.GivenUp(burst, 0, 60, 0, Rungs, mixes: false), 0.5); // the student all the time
    }

    [Fact]
    public void What_is_too_much_for_the_cheapest_mode_is_served_as_fast_as_it_can()
    {
        double[] burst = [.. Enumerable.Range(0, 20000).Select(n => 10 + (n / 2000.0))]; // ten seconds of twice its capacity
        Assert.Equal(20 * 100, Oracle.GivenUp(burst, 0, 60, 1, Rungs), 0.5);
    }
}
