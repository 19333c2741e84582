namespace Worker.Tests.Documents.Registry;

/// <summary>Whoever waits for less than a minute is waited for by nobody: the clock jumps. Time-outs, which are set longer, do not come.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _now;

    /// <summary>What was waited for, in all.</summary>
    public TimeSpan Passed => TimeSpan.FromTicks(Interlocked.Read(ref _now));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime >= TimeSpan.FromMinutes(1))
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Advance(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
