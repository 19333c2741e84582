namespace Sluice.Cli.Demo.Replay;

/// <summary>Lets each document go when it is due.</summary>
/// <param name="schedule">When that is; null for as fast as the window lets them through.</param>
/// <param name="time">The clock.</param>
/// <remarks>
/// With a schedule, a document's time runs from when it was due, even if it is sent later because the window was full: otherwise an
/// overloaded worker would slow its own clock down ("coordinated omission"). Without one, it runs from when it is sent.
/// </remarks>
internal sealed class Pace(ArrivalSchedule? schedule, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Waits until a document may be sent.</summary>
    /// <param name="index">The document's place, from 0.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The timestamp at which it was due, or null where there is no schedule.</returns>
    public async ValueTask<long?> DueAsync(int index, CancellationToken cancellation)
    {
        if (schedule is null) return null;
        long due = _start + (long)(schedule.DueOf(index).TotalSeconds * time.TimestampFrequency);
        TimeSpan wait = time.GetElapsedTime(time.GetTimestamp(), due);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation);
        return due;
    }
}
