using Benchmarks.Faults;
using Benchmarks.Faults.Cluster;
using Benchmarks.Faults.Plan;
using Benchmarks.Faults.Runs;

namespace FunctionalTests;

/// <summary>The short schedule of <c>./sluice bench faults</c>: nothing lost, and few repeats, whatever dies meanwhile.</summary>
public sealed class FaultScheduleTests
{
    private const int Seed = 1;

    [Fact]
    public async Task Every_document_is_accounted_for_after_a_schedule_of_faults()
    {
        (BrokerCluster? cluster, string why) = await BrokerCluster.StartAsync();
        if (cluster is null) Need.KafkaCrash.Missing(why);
        await using BrokerCluster owned = cluster;
        RunResult result = await new FaultRun(cluster, FaultLengths.Short, FaultRun.AtLeastOnce, Seed, keepsKeyOrder: false,
            TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        Assert.InRange(result.Ledger.Documents, 10_000, int.MaxValue);
        Assert.True(result.Held, FaultReport.Line(result));
        Assert.NotEqual(0, result.Ledger.DeadLettered);
        Assert.NotEmpty(result.Faults);
        Assert.Empty(result.Ledger.Lost);
        Assert.Equal(0, result.Ledger.Strangers);
        Assert.InRange(result.LongestStandstill, 0, 60);
    }
}
