namespace Sluice.Worker.InFlight;

/// <summary>How many records of a partition may be worked on beyond its committed offset, by the rate at which they are committed: so
/// many a crash may repeat, and so many a stop finishes at most. Not thread-safe: <see cref="OffsetTracker"/> holds the lock.</summary>
/// <param name="limit">Records, whatever the rate; at least <see cref="Least"/> counts.</param>
/// <param name="time">Of commits.</param>
/// <remarks>As many as are done in one second, or the limit, whichever is more; but no more than are done in five seconds, so that a slow
/// worker that is told to stop can finish them. A worker that has just begun to read fast is at its window's end soon, commits, and has a
/// larger one.</remarks>
internal sealed class ReplayPace(int limit, TimeProvider time)
{
    /// <summary>The smallest window: a batch of mates of one length wants some to choose from.</summary>
    public const int Least = 64;

    private const double SecondsToFinish = 5;

    private long _last = time.GetTimestamp();
    private double _perSecond;

    /// <summary>Records that may be worked on beyond the committed offset.</summary>
    public int Window { get; private set; } = Least;

    /// <summary>Records were committed.</summary>
    public void Committed(long records)
    {
        double seconds = time.GetElapsedTime(_last).TotalSeconds;
        if (seconds <= 0) return;
        _last = time.GetTimestamp();
        double weight = 1 - Math.Exp(-seconds); // what was a second ago counts a third
        _perSecond += weight * ((records / seconds) - _perSecond);
        double toFinish = Math.Min(limit, SecondsToFinish * _perSecond);
        Window = (int)Math.Clamp(Math.Max(_perSecond, toFinish), Least, int.MaxValue);
    }
}
