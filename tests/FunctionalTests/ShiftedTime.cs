namespace FunctionalTests;

/// <summary>The machine's clock, put forward by what a test has no time to wait for. Thread-safe.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ahead; // in ticks of the system's time stamps

    /// <summary>From now on it is as much later; timers that run already do not heed it.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);
}
