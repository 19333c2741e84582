using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Sluice.Worker;

/// <summary>Takes SIGHUP for a request to stop: a terminal that closes must not lose what is in flight.</summary>
internal static class HangUp
{
    // Held until the process ends, and nothing of it disposed of: one more SIGHUP may come while the last lines are written, and would
    // meet the default action, or a source that is gone.
    private static readonly ConcurrentBag<PosixSignalRegistration> Heeded = [];

    /// <summary>Has this process heed SIGHUP from now to its end. For programs: a host inside another program leaves signals to that
    /// one.</summary>
    /// <param name="other">What asks to stop otherwise.</param>
    /// <returns>Cancelled by SIGHUP, or when the other is.</returns>
    public static CancellationToken Heed(CancellationToken other)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(other);
        Heeded.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // else the process ends at once
            stop.Cancel();
        }));
        return stop.Token;
    }
}
