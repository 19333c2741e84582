using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Startup;

namespace Sluice.Worker.Monitoring;

/// <summary>Looks each second whether the worker gets on, and says how it is; tells the log when it is no longer live, and when it is
/// again. Anyone may ask.</summary>
internal sealed class WorkerHealth(MetricsOptions options, WorkerService worker, RecordSource source, InFlightRecords records,
    PipelineFailure failure, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<WorkerHealth> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ProgressWatch _watch = new(time);
    private Task _looking = Task.CompletedTask;
    private bool _wasLive = true;

    /// <summary>What stands still.</summary>
    public Standstill Standstill => _watch.Now;

    /// <summary>How the worker is.</summary>
    public HealthReport Report => HealthRules.Of(new HealthSnapshot(Phase, failure.First is not null, !records.HasRoomToResume,
        _watch.Now.NothingFinished, _watch.Now.Partitions));

    private WorkerPhase Phase => lifetime.ApplicationStopping.IsCancellationRequested ? WorkerPhase.Draining
        : worker.Served is null ? WorkerPhase.Starting : WorkerPhase.Serving;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.IsOn) _looking = LookAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _looking;
    }

    public void Dispose() => _stop.Dispose();

    private async Task LookAsync()
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) Look();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    private void Look()
    {
        InFlightCounts counts = records.Counts;
        long finished = counts.Published + counts.DeadLettered + counts.Tombstones + counts.Dropped;
        _watch.Look(source.LagSample, records.Watermarks(), finished);
        HealthReport report = Report;
        if (report.IsLive == _wasLive) return;
        _wasLive = report.IsLive;
        if (report.IsLive) Log.LiveAgain(logger);
        else Log.NotLive(logger, string.Join("; ", report.Reasons.Where(reason => reason.IsDeadly).Select(reason => reason.Detail)));
    }
}
