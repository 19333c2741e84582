using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Faults;

/// <summary>The first failure of any step: it stops all of them, and the host. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001",
    Justification = "Without a timer the source holds nothing to dispose of, and a step may fail as late as it likes.")]
internal sealed class PipelineFailure(IHostApplicationLifetime lifetime, Redaction redaction, ILogger<PipelineFailure> logger)
{
    private readonly CancellationTokenSource _stop = new();
    private Exception? _first, _end;

    /// <summary>What went wrong, or null while nothing has.</summary>
    public Exception? First => Volatile.Read(ref _first);

    /// <summary>What the worker ends for: <see cref="First"/>, or else what it could not go on with (<see cref="End"/>); null while there
    /// is neither.</summary>
    public Exception? Cause => First ?? Volatile.Read(ref _end);

    /// <summary>Cancelled when the steps must stop where they are.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Notes a step's failure; later ones follow from the first and are not told.</summary>
    public void Report(string step, Exception exception) =>
        Report(exception, () => Log.StepFailed(logger, step, redaction.Clean(exception))); // it may hold the words of a broker or a library

    /// <summary>Notes what is no step's failure and stops the worker all the same.</summary>
    /// <param name="exception">What it ends with.</param>
    /// <param name="tell">Tells it to the log, where it is the first.</param>
    public void Report(Exception exception, Action tell)
    {
        if (Interlocked.CompareExchange(ref _first, exception, null) is not null) return;
        tell();
        _stop.Cancel();
        lifetime.StopApplication();
    }

    /// <summary>A step cannot go on with what comes, and all else is sound: the worker drains as on a stop, and ends with it.</summary>
    public void End(string step, Exception exception)
    {
        if (Interlocked.CompareExchange(ref _end, exception, null) is not null) return;
        Log.StepEnds(logger, step, redaction.Clean(exception.Message));
        lifetime.StopApplication();
    }

    /// <summary>Stops the steps where they are without a failure: the time for draining is up.</summary>
    public void StopNow() => _stop.Cancel();

    /// <summary>Runs a step's body to its end; whatever it throws is the step's failure.</summary>
    /// <remarks>A cancellation is none once the steps are told to stop, and one like any other before that.</remarks>
    [SuppressMessage("Design", "CA1031", Justification = "The boundary of a step: whatever it is, the worker stops and says so.")]
    public void Guard(string step, Action body)
    {
        try
        {
            body();
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Report(step, e);
        }
    }

    /// <param name="step">Its name.</param>
    /// <param name="body">Is given <see cref="Stop"/>.</param>
    /// <inheritdoc cref="Guard"/>
    [SuppressMessage("Design", "CA1031", Justification = "The boundary of a step: whatever it is, the worker stops and says so.")]
    public async Task GuardAsync(string step, Func<CancellationToken, Task> body)
    {
        try
        {
            await body(Stop);
        }
        catch (OperationCanceledException) when (Stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Report(step, e);
        }
    }
}
