using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Monitoring;

/// <summary>Looks each second, one look after the other, until it is stopped. Whatever a look meets is told, and the next one is made.
/// </summary>
/// <param name="look">Looks once; it is cancelled when this is stopped.</param>
/// <param name="time">When, and how often it is told that looks fail.</param>
/// <param name="logger">Is told of looks that fail.</param>
internal sealed class EachSecond(Func<CancellationToken, Task> look, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly RepeatedWarning _failed = new(time, TimeSpan.FromSeconds(60));
    private Task _looking = Task.CompletedTask;

    /// <summary>Begins. Once.</summary>
    public void Start() => _looking = LookAsync();

    /// <summary>Ends, with the look that is being made.</summary>
    public async Task StopAsync()
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
            while (await timer.WaitForNextTickAsync(_stop.Token)) await TryLookAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The worker stops.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever one look meets is told, and the next one is made.")]
    private async Task TryLookAsync()
    {
        try
        {
            await look(_stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            if (_failed.ShouldLog(out long suppressed))
                Log.HealthFailed(logger, ForeignText.OneLine(e.ToString(), ForeignText.Message), suppressed);
        }
    }
}
