namespace Sluice.Worker.Delivery;

/// <summary>Labels that wait a moment for others, so that a burst's labels reach the broker in few requests of many, and a calm one's at
/// once. Whoever runs batches says when: it calls <see cref="SendAll"/> where no document waits, and <see cref="SendBefore"/> before a run.
/// </summary>
/// <param name="send">Sends one in the background; waits while the client's queue is full.</param>
/// <param name="time">Their age.</param>
/// <remarks>
/// <para>The client's own linger.ms would hold a label in calm as well. Nothing here has a timer: a label is held only while the thread
/// that may send it is about to come back.</para>
/// <para>Thread-safe. What is held is in flight: its offset is not complete, and a worker that fails labels it again.</para>
/// </remarks>
internal sealed class HeldLabels(Action<Shipment> send, TimeProvider time)
{
    /// <summary>How long a label is held, as far as runs take as long as predicted.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private List<Shipment> _held = [];
    private long _since; // when the oldest came

    /// <summary>Holds a label.</summary>
    public void Add(Shipment label)
    {
        lock (_gate)
        {
            if (_held.Count == 0) _since = time.GetTimestamp();
            _held.Add(label);
        }
    }

    /// <summary>Sends all, unless the oldest is still within <see cref="Longest"/> when the caller comes back.</summary>
    /// <param name="away">How long the caller will do something else.</param>
    /// <exception cref="OperationCanceledException">The steps must stop where they are.</exception>
    public void SendBefore(TimeSpan away)
    {
        if (IsDue(away)) SendAll();
    }

    /// <inheritdoc cref="SendBefore"/>
    /// <summary>Sends all.</summary>
    public void SendAll()
    {
        List<Shipment> going;
        lock (_gate)
        {
            if (_held.Count == 0) return;
            (going, _held) = (_held, []);
        }

        foreach (Shipment label in going) send(label);
    }

    private bool IsDue(TimeSpan away)
    {
        lock (_gate) return _held.Count > 0 && time.GetElapsedTime(_since) + away > Longest;
    }
}
