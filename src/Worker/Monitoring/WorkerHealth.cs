using System.Diagnostics.CodeAnalysis;
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
using Sluice.Worker.Wording;

namespace Sluice.Worker.Monitoring;

/// <summary>Looks each second whether the worker gets on, and says how it is; tells the log when it is no longer live, or a partition
/// stands still, and when that is over. Anyone may ask.</summary>
internal sealed class WorkerHealth(MetricsOptions options, WorkerService worker, RecordSource source, InFlightRecords records,
    RejectionBrake brake, PipelineFailure failure, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<WorkerHealth> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ProgressWatch _watch = new(time);
    private Task _looking = Task.CompletedTask;
    private readonly RepeatedWarning _failed = new(time, TimeSpan.FromSeconds(60)), _stands = new(time, TimeSpan.FromMinutes(10));
    private bool _wasLive = true;

    /// <summary>What stands still.</summary>
    public Standstill Standstill => _watch.Now;

    /// <summary>How the worker is.</summary>
    public HealthReport Report => HealthRules.Of(new HealthSnapshot(Phase, failure.First is not null, _watch.Now, source.WaitsForPlaces,
        HealthSnapshot.AwaitSchemas(records.Awaiting, brake.Held, records.Documents)));

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
            while (await timer.WaitForNextTickAsync(_stop.Token)) TryLook();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever one look meets is told, and the next one is made.")]
    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception e)
        {
            if (_failed.ShouldLog(out long suppressed))
                Log.HealthFailed(logger, ForeignText.OneLine(e.ToString(), ForeignText.Message), suppressed);
        }
    }

    private void Look()
    {
        // What is held back stands still on purpose, with a bound of its own: a start would hold it again.
        LagSample? sample = brake.Held > 0 ? null : source.LagSample;
        _watch.Look(sample, records.Watermarks(), source.FailingReads, records.Counts.Finished, records.HasRoomToResume);
        if (Phase == WorkerPhase.Serving) Tell(Report);
    }

    private void Tell(HealthReport report)
    {
        if (report.IsLive != _wasLive)
        {
            _wasLive = report.IsLive;
            if (report.IsLive) Log.LiveAgain(logger);
            else Log.NotLive(logger, Details(report, reason => reason.IsDeadly));
        }

        if (!report.IsLive) return;
        string standing = Details(report, reason => reason.Partition is not null);
        if (standing.Length == 0)
        {
            if (_stands.TryEnd(out TimeSpan lasted)) Log.NothingStandsStill(logger, (int)lasted.TotalSeconds);
        }
        else if (_stands.ShouldLog(out _))
        {
            Log.PartitionsStandStill(logger, standing);
        }
    }

    private static string Details(HealthReport report, Func<HealthReason, bool> of) =>
        string.Join("; ", report.Reasons.Where(of).Select(reason => reason.Detail));
}
