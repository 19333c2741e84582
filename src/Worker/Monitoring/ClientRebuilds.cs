namespace Sluice.Worker.Monitoring;

/// <summary>How often a client that gets nothing is made anew: each time the group rebalances, and what is in flight is done twice.
/// </summary>
/// <param name="stallAfter">How long a partition stands still before it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class ClientRebuilds(TimeSpan stallAfter, TimeProvider time)
{
    /// <summary>Most of one standstill: what three do not help a fourth does not.</summary>
    public const int Most = 3;

    private long? _last;

    /// <summary>As often it was by now, of this standstill.</summary>
    public int Done { get; private set; }

    /// <summary>Whether it is to be made anew now: a new one gets twice the time of a standstill before it is given up, too.</summary>
    public bool TryBegin()
    {
        if (Done >= Most || (_last is { } last && time.GetElapsedTime(last) < 2 * stallAfter)) return false;
        _last = time.GetTimestamp();
        Done++;
        return true;
    }

    /// <summary>Nothing stands still any more.</summary>
    public void Over() => Done = 0;
}
