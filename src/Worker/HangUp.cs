using System.Runtime.InteropServices;

namespace Sluice.Worker;

/// <summary>Takes SIGHUP for a request to stop: a terminal that closes must not lose what is in flight.</summary>
internal sealed class HangUp : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly PosixSignalRegistration _registration;

    /// <param name="other">What asks to stop otherwise.</param>
    public HangUp(CancellationToken other)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(other);
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // else the process ends at once
            _stop.Cancel();
        });
    }

    /// <summary>Cancelled by SIGHUP, or when the other is.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _stop.Dispose();
    }
}
