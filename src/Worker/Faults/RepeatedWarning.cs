namespace Sluice.Worker.Faults;

/// <summary>
/// One kind of trouble that may go on for hours: to be told when it begins, then once each <paramref name="quiet"/> with how often it came
/// meanwhile, and when it is over. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="quiet">Least time between two lines about it; without it for as long, the trouble is over.</param>
internal sealed class RepeatedWarning(TimeProvider time, TimeSpan quiet)
{
    private readonly Lock _lock = new();
    private volatile bool _goesOn;
    private long _began, _lastTold, _lastSeen, _suppressed;

    /// <summary>It came (again). True when that is to be told.</summary>
    /// <param name="suppressed">How often it came without being told since the last line.</param>
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

    /// <summary>It is over. True when it went on until now, and that is to be told.</summary>
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

    /// <summary>
    /// As <see cref="TryEnd"/>, if it has not come for as long as a line is told each; for troubles whose end nothing tells.
    /// </summary>
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
