namespace Sluice.Worker.Faults;

/// <summary>
/// A warning of what may go on for hours: to be logged when it begins, then once each <paramref name="quiet"/> with how often it was
/// suppressed meanwhile, and when it is over. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="quiet">Least time between two lines about it; when it has not come for as long, it is over.</param>
internal sealed class RepeatedWarning(TimeProvider time, TimeSpan quiet)
{
    private readonly Lock _lock = new();
    private volatile bool _goesOn;
    private long _began, _lastTold, _lastSeen, _suppressed;

    /// <summary>It came (again). True when that is to be logged.</summary>
    /// <param name="suppressed">How often it came without a line since the last one.</param>
    public bool ShouldLog(out long suppressed)
    {
        lock (_lock)
        {
            suppressed = 0;
            _lastSeen = time.GetTimestamp();
            if (_goesOn && time.GetElapsedTime(_lastTold, _lastSeen) < quiet)
            {
                _suppressed++;
                return false;
            }

            (suppressed, _suppressed) = (_suppressed, 0);
            if (!_goesOn) _began = _lastSeen;
            (_goesOn, _lastTold) = (true, _lastSeen);
            return true;
        }
    }

    /// <summary>It is over. True when it went on until now, and that is to be logged.</summary>
    /// <param name="lasted">From its beginning to now.</param>
    public bool TryEnd(out TimeSpan lasted)
    {
        lasted = default;
        if (!_goesOn) return false;
        lock (_lock)
        {
            lasted = time.GetElapsedTime(_began);
            (bool ended, _goesOn, _suppressed) = (_goesOn, false, 0);
            return ended;
        }
    }

    /// <summary>As <see cref="TryEnd"/>, if it has not come for as long as lines are apart; for what has no sign of its end.</summary>
    public bool TryEndSilent(out TimeSpan lasted)
    {
        lasted = default;
        lock (_lock)
        {
            if (!_goesOn || time.GetElapsedTime(_lastSeen) < quiet) return false;
            (lasted, _goesOn, _suppressed) = (time.GetElapsedTime(_began, _lastSeen), false, 0);
            return true;
        }
    }
}
