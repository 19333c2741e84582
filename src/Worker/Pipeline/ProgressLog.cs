using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Delivery;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>
/// Tells a person who watches the log that it goes on: a line each <see cref="Period"/> in which something happened, a hint while there is
/// nothing to read from, and the totals at the end.
/// </summary>
internal sealed class ProgressLog(
    PipelineProgress progress, InFlightRecords records, RejectionBrake brake, RecordSource source, RecordSink sink, KafkaOptions kafka,
    TimeProvider time, ILogger<ProgressLog> logger) : IHostedService, IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>How often a standstill is told.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private Task _ticking = Task.CompletedTask;
    private ProgressLines? _lines;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _lines = new ProgressLines(progress.Snapshot(), kafka, Standstill, time, logger);
        _ticking = TickAsync(_lines);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _ticking; // a fault of the lines is told here at the latest
        _lines?.Total(progress.Snapshot());
    }

    public void Dispose() => _stop.Dispose();

    private async Task TickAsync(ProgressLines lines)
    {
        using PeriodicTimer timer = new(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                source.Warnings.LookForSilence();
                sink.Warnings.LookForSilence();
                lines.Tick(progress.Snapshot(), records.Documents, brake.Held, source.LagSample);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }
}
