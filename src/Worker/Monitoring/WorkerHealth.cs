using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Startup;

namespace Sluice.Worker.Monitoring;

/// <summary>Looks each second whether the worker gets on, and says how it is; tells the log when it is no longer live, and when that is
/// over. Anyone may ask.</summary>
internal sealed class WorkerHealth(FaultsOptions options, WorkerService worker, RecordSource source, InFlightRecords records,
    RejectionBrake brake, PipelineFailure failure, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<WorkerHealth> logger)
    : IHostedService, IDisposable
{
    private readonly ProgressWatch _watch = new(time);
    private EachSecond? _each;
    private bool _wasLive = true;

    /// <summary>What stands still.</summary>
    public Standstill Standstill => _watch.Now;

    /// <summary>How the worker is.</summary>
    public HealthReport Report => HealthRules.Of(Snapshot);

    /// <summary>The partitions that stand still, the one that has for longest first.</summary>
    public IReadOnlyList<StalledPartition> Stuck => HealthRules.Stuck(Snapshot);

    /// <summary>It reads what it is given.</summary>
    public bool IsServing => Phase == WorkerPhase.Serving;

    private HealthSnapshot Snapshot => new(Phase, failure.First is not null, _watch.Now, source.WaitsForPlaces,
        HealthSnapshot.AwaitSchemas(records.Awaiting, brake.Held, records.Documents))
    {
        StallAfter = options.StallAfter,
    };

    private WorkerPhase Phase => lifetime.ApplicationStopping.IsCancellationRequested ? WorkerPhase.Draining
        : worker.Served is null ? WorkerPhase.Starting : WorkerPhase.Serving;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _each = new EachSecond(_ =>
        {
            Look();
            return Task.CompletedTask;
        }, time, logger);
        _each.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _each?.StopAsync() ?? Task.CompletedTask;

    public void Dispose() => _each?.Dispose();

    private void Look()
    {
        // What is held back stands still on purpose, with a bound of its own: a start would hold it again.
        LagSample? sample = brake.Held > 0 ? null : source.LagSample;
        _watch.Look(sample, records.Watermarks(), source.FailedReads.Failing, records.Counts.Finished, records.HasRoomToResume);
        if (Phase == WorkerPhase.Serving) Tell(Report);
    }

    private void Tell(HealthReport report)
    {
        if (report.IsLive == _wasLive) return;
        _wasLive = report.IsLive;
        if (report.IsLive) Log.LiveAgain(logger);
        else Log.NotLive(logger, Details(report, reason => reason.IsDeadly));
    }

    private static string Details(HealthReport report, Func<HealthReason, bool> of) =>
        string.Join("; ", report.Reasons.Where(of).Select(reason => reason.Detail));
}
