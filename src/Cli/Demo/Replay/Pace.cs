namespace Sluice.Cli.Demo.Replay;

/// <summary>When each document is due.</summary>
/// <param name="documentsPerSecond">The rate; null for as fast as the window lets them through.</param>
/// <param name="time">The clock.</param>
/// <remarks>
/// At a rate, a document's time runs from when it was due, even if it is sent later because the window was full: otherwise an overloaded
/// worker would slow its own clock down ("coordinated omission"). Without one, it runs from when it is sent.
/// </remarks>
internal sealed class Pace(double? documentsPerSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Waits until a document may be sent.</summary>
    /// <param name="index">The document's place, from 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The timestamp at which it was due, or null where no rate is asked for.</returns>
    public async ValueTask<long?> DueAsync(int index, CancellationToken cancellation)
    {
        if (documentsPerSecond is not { } rate)
            return null;
        long due = _start + (long)(index / rate * time.TimestampFrequency);
        TimeSpan wait = time.GetElapsedTime(time.GetTimestamp(), due);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation);
        return due;
    }
}
