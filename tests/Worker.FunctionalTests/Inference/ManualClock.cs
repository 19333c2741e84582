using System.Threading.Channels;

namespace Worker.FunctionalTests.Inference;

/// <summary>A clock that moves only when told to, and rings the timers that are due then on the thread that moves it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <summary>Ends when a timer has been set, once for each time.</summary>
    public Task AwaitTimerAsync() => _set.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Time from now to the next timer; null where none is set.</summary>
    public TimeSpan? Due
    {
        get
        {
            lock (_gate) return _timers.Min(timer => timer.DueAt) is { } ticks ? TimeSpan.FromTicks(ticks - GetTimestamp()) : null;
        }
    }

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (_gate)
        {
            long now = Interlocked.Add(ref _ticks, by.Ticks);
            due = [.. _timers.Where(timer => timer.DueAt <= now)];
            foreach (Timer timer in due) timer.DueAt = null;
        }

        foreach (Timer timer in due) timer.Ring();
    }

    /// <summary>Rings every timer, due or not, as one may that was on its way when it was set anew.</summary>
    public void RingAll()
    {
        Timer[] all;
        lock (_gate) all = [.. _timers];
        foreach (Timer timer in all) timer.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ManualClock clock, Action ring) : ITimer
    {
        public long? DueAt { get; set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate) DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : clock.GetTimestamp() + dueTime.Ticks;
            if (dueTime != Timeout.InfiniteTimeSpan) clock._set.Writer.TryWrite(dueTime);
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
