using System.Text;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Monitoring;
using Sluice.Worker.Observability;

namespace Worker.Tests.Monitoring;

public sealed class MetricsReadingTests
{
    private static readonly ControlSnapshot Behind = new(TimeSpan.FromSeconds(60), IsFixed: false, Rung: 1,
        [
            new RungSnapshot(Mode.Teacher(Precision.Int8), 0.99, 100, TimeSpan.FromSeconds(50)),
            new RungSnapshot(Mode.Students(1, Precision.Int8), null, 700, TimeSpan.FromSeconds(4)),
            new RungSnapshot(Mode.Swift(Precision.Int8), 0.98, 1000, TimeSpan.FromSeconds(6)),
        ],
        [new ModeChanges(Mode.Swift(Precision.Int8), ChangeReason.Backlog, 3)],
        Backlog: 1000, Waiting: 900, ArrivalsPerSecond: 400, Needed: 1200, Saturated: true, IsKnown: true, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task What_the_control_of_the_mode_knows_is_told()
    {
        IReadOnlyDictionary<string, double> told = await ToldAsync(Behind);
        Assert.Equal((0, 1, 0), (told["sluice_mode{mode=\"teacher\"}"], told["sluice_mode{mode=\"students:1\"}"],
            told["sluice_mode{mode=\"swift\"}"]));
        Assert.Equal((50, 6), (told["sluice_mode_seconds_total{mode=\"teacher\"}"], told["sluice_mode_seconds_total{mode=\"swift\"}"]));
        Assert.Equal(3, told["sluice_mode_changes_total{mode=\"swift\",reason=\"backlog\"}"]);
        Assert.Equal(1000, told["sluice_mode_capacity_documents_per_second{mode=\"swift\"}"]);
        Assert.Equal(0.99, told["sluice_mode_accuracy_ratio{mode=\"teacher\"}"]);
        Assert.DoesNotContain("sluice_mode_accuracy_ratio{mode=\"students:1\"}", told.Keys); // the manifest says nothing
        Assert.Equal((1, 1), (told["sluice_saturated"], told["sluice_lag_drain_target_seconds"]));
        Assert.Equal(3, told["sluice_lag_drain_seconds"]); // 900 of 1000 wait: 900 / (700 - 400)
    }

    [Fact]
    public async Task A_mode_below_the_most_accurate_one_is_degraded()
    {
        Assert.Equal(1, (await ToldAsync(Behind with { Rung = 2 }))["sluice_degraded"]);
        Assert.Equal(0, (await ToldAsync(Behind with { Rung = 0 }))["sluice_degraded"]);
    }

    [Fact]
    public async Task Where_no_less_arrives_than_can_be_labelled_it_never_drains_and_what_is_unknown_is_not_told()
    {
        Assert.Equal(double.PositiveInfinity, (await ToldAsync(Behind with { ArrivalsPerSecond = 700 }))["sluice_lag_drain_seconds"]);
        Assert.DoesNotContain("sluice_lag_drain_seconds", (await ToldAsync(Behind with { Backlog = null })).Keys);
    }

    /// <summary>After a crash the partitions come when the dead member's session has ended; the lag is there before.</summary>
    [Fact]
    public async Task A_worker_without_partitions_tells_no_lag_of_all_of_them()
    {
        var told = await ToldAsync(all => MetricsReading.Set(all.Lag, new LagSample(default, []), new Standstill(default, default, [])));
        Assert.Equal(0, told["sluice_partitions_assigned"]);
        Assert.DoesNotContain(told.Keys, series => series.StartsWith("sluice_worker_", StringComparison.Ordinal));
    }

    /// <summary>A broker that does not answer is no sign that a partition gets on.</summary>
    [Fact]
    public async Task Whether_a_partition_gets_on_is_told_where_its_backlog_is_known_and_not_else()
    {
        SourcePartition[] mails = [new("mails", 0), new("mails", 1), new("mails", 2)];
        LagSample sample = new(TimeSpan.Zero, [new PartitionLag(mails[0], 5, 5, null, null), new PartitionLag(mails[1], 0, 0, null, null),
            new PartitionLag(mails[2], null, null, null, null)]);
        Standstill standstill = new(TimeSpan.Zero, TimeSpan.Zero, [new StalledPartition(mails[0], TimeSpan.FromSeconds(9), 5, false)]);
        var told = await ToldAsync(all => MetricsReading.Set(all.Lag, sample, standstill));
        Assert.Equal(9, told["sluice_no_progress_seconds{topic=\"mails\",partition=\"0\"}"]);
        Assert.Equal(0, told["sluice_no_progress_seconds{topic=\"mails\",partition=\"1\"}"]);
        Assert.DoesNotContain("sluice_no_progress_seconds{topic=\"mails\",partition=\"2\"}", told.Keys);
        Assert.Equal(1, told["sluice_lag_unknown_partitions"]);
    }

    private static Task<IReadOnlyDictionary<string, double>> ToldAsync(ControlSnapshot known) =>
        ToldAsync(all => MetricsReading.Set(all, known));

    private static async Task<IReadOnlyDictionary<string, double>> ToldAsync(Action<WorkerMetrics> values)
    {
        WorkerMetrics metrics = new(new MetricsOptions { Port = 9464 }, TimeProvider.System);
        metrics.Read(values);
        using MemoryStream text = new();
        await metrics.WriteAsync(text, openMetrics: true, TestContext.Current.CancellationToken);
        return MetricsText.Read(Encoding.UTF8.GetString(text.ToArray()), openMetrics: true).Samples;
    }
}
