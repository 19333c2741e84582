using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Sluice.Worker;

/// <summary>Takes signals for a request to stop: neither a terminal that closes nor an impatient orchestrator must lose what is in flight.
/// </summary>
internal static class StopSignals
{
    // Held until the process ends, and nothing of it disposed of: one more signal may come while the last lines are written, and would
    // meet the default action, or a source that is gone.
    private static readonly ConcurrentBag<PosixSignalRegistration> Heeded = [];

    /// <summary>Has this process heed SIGTERM, SIGINT and SIGHUP from now to its end. For programs, and the first thing that they do: a
    /// signal before it ends them with 128 and its number. A host inside another program leaves signals to that one.</summary>
    /// <returns>Cancelled by the first of them.</returns>
    public static CancellationToken HeedAll() =>
        Heed(CancellationToken.None, PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);

    /// <summary>The same of some signals.</summary>
    /// <param name="other">What asks to stop otherwise.</param>
    /// <param name="signals">Which.</param>
    /// <returns>Cancelled by one of them, or when the other is.</returns>
    internal static CancellationToken Heed(CancellationToken other, params PosixSignal[] signals)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(other);
        foreach (PosixSignal signal in signals)
        {
            Heeded.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true; // else the process ends at once
                stop.Cancel();
            }));
        }

        return stop.Token;
    }
}
