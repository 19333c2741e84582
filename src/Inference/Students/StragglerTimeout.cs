namespace Sluice.Inference.Students;

/// <summary>
/// A bound on one wait after another: when it runs out before the wait is over, something is told to end. Waiting costs no allocation.
/// Thread-safe, one wait at a time.
/// </summary>
internal sealed class StragglerTimeout : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action _ranOut;
    private readonly ITimer _timer;
    private long _began;
    private TimeSpan _limit;
    private bool _waiting;

    /// <param name="time">The clock.</param>
    /// <param name="ranOut">Called on a thread of the clock's, at most once a wait, and never after <see cref="End"/>. Must be
    /// short.</param>
    public StragglerTimeout(TimeProvider time, Action ranOut)
    {
        (_time, _ranOut) = (time, ranOut);
        _timer = time.CreateTimer(static self => ((StragglerTimeout)self!).Ring(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>A wait begins.</summary>
    public void Begin(TimeSpan limit)
    {
        lock (_gate)
        {
            (_waiting, _began, _limit) = (true, _time.GetTimestamp(), limit);
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The wait is over.</summary>
    public void End()
    {
        lock (_gate)
        {
            _waiting = false;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Ring()
    {
        lock (_gate)
        {
            if (!_waiting) return;
            if (_time.GetElapsedTime(_began) < _limit)
            {
                _timer.Change(TimeSpan.FromMilliseconds(1),
                    Timeout.InfiniteTimeSpan); // it rang for an earlier wait, or too soon: timers count whole milliseconds
                return;
            }

            _waiting = false;
            _ranOut();
        }
    }
}
