using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace FunctionalTests.Inference;

/// <summary>A clock that the test advances, which tells when a timer is set and can ring timers that are not due.</summary>
internal sealed class ManualClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();
    private Action _ring = () => { };

    /// <summary>Ends when a timer has been set, once for each time, with the time from then until it is due.</summary>
    public Task<TimeSpan> AwaitTimerAsync() => _set.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Rings every timer, due or not, as one may that was on its way when it was set anew.</summary>
    public void RingAll() => _ring();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _ring += () => callback(state);
        return new Timer(base.CreateTimer(callback, state, dueTime, period), _set.Writer);
    }

    private sealed class Timer(ITimer timer, ChannelWriter<TimeSpan> set) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = timer.Change(dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan) set.TryWrite(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
