using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Monitoring;

/// <summary>Looks each second whether a partition stands still, or the group gives none, for <see cref="FaultsOptions.StallAfter"/>; says
/// why, and has a client made anew that gets nothing though the brokers answer.</summary>
internal sealed class StallWatch(FaultsOptions options, KafkaOptions kafka, WorkerHealth health, StallSight sight, RecordSource source,
    InFlightRecords records, TimeProvider time, ILogger<StallWatch> logger)
    : IHostedService, IDisposable
{
    private readonly StallLines _lines = new(time, logger);
    private readonly ClientRebuilds _rebuilds = new(options.StallAfter, time);
    private EachSecond? _each;
    private long? _judged, _groupJudged, _withoutPartitions;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _each = new EachSecond(LookAsync, time, logger);
        _each.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _each?.StopAsync() ?? Task.CompletedTask;

    public void Dispose() => _each?.Dispose();

    private async Task LookAsync(CancellationToken stop)
    {
        if (!health.IsServing) return;
        await LookAtGroupAsync(stop);
        IReadOnlyList<StalledPartition> stuck = health.Stuck;
        if (stuck.Count == 0)
        {
            if (_judged is null) return;
            _lines.Moves();
            _rebuilds.Over();
            _judged = null;
        }
        else if (IsDue(ref _judged))
        {
            StalledPartition first = stuck[0];
            StallCause cause = StallCause.Of(await sight.OfAsync(first.Partition).WaitAsync(stop));
            if (health.Stuck.All(one => one.Partition != first.Partition)) return; // it went on meanwhile
            _lines.Stands(stuck, records.Watermarks().TryGetValue(first.Partition, out long offset) ? offset : null, cause);
            if (cause.Kind == StallKind.Client && _rebuilds.TryBegin())
            {
                Log.ClientIsRebuilt(logger, first.Partition.ToString(), _rebuilds.Done, ClientRebuilds.Most);
                source.AskForRebuild();
            }
        }
    }

    // A standby without a partition is well, unless the group cannot give any.
    private async Task LookAtGroupAsync(CancellationToken stop)
    {
        if (source.LagSample is not { Partitions.Count: 0 })
        {
            (_withoutPartitions, _groupJudged) = (null, null);
            _lines.GroupGives();
            return;
        }

        _withoutPartitions ??= time.GetTimestamp();
        TimeSpan since = time.GetElapsedTime(_withoutPartitions.Value);
        if (since < options.StallAfter || !IsDue(ref _groupJudged)) return;
        StallCause cause = StallCause.Of(await sight.OfGroupAsync().WaitAsync(stop));
        if (cause.Kind == StallKind.Client) _lines.GroupGives();
        else _lines.GroupGivesNothing(kafka.GroupId, since, cause);
    }

    // What is asked of brokers is asked now and then only.
    private bool IsDue(ref long? last)
    {
        if (last is { } before && time.GetElapsedTime(before) < options.StallAfter) return false;
        last = time.GetTimestamp();
        return true;
    }
}
