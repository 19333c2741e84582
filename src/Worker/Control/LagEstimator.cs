using Sluice.Worker.InFlight;

namespace Sluice.Worker.Control;

/// <summary>What a broker said of an offset, and when.</summary>
/// <param name="Offset">At least 0.</param>
/// <param name="At">When it was answered, monotonic, since the instant of <see cref="LagSample.At"/>.</param>
internal readonly record struct OffsetAnswer(long Offset, TimeSpan At);

/// <summary>What is known of a partition, as it was last heard.</summary>
/// <param name="Standing">How far the worker has come.</param>
/// <param name="LogStart">The first offset of the log; null while it is not known.</param>
/// <param name="Readable">The offset up to which records can be read: the last stable offset under read_committed, else the log's end.
/// </param>
/// <param name="LogEnd">The log's end: the high watermark.</param>
internal readonly record struct PartitionObservation(PartitionStanding Standing, OffsetAnswer? LogStart, OffsetAnswer? Readable,
    OffsetAnswer? LogEnd);

/// <summary>Folds what is heard of offsets into samples of the lag. Not thread-safe.</summary>
/// <remarks>
/// <para>An answer older than <see cref="Stale"/> says nothing any more: what rests on it is unknown.</para>
/// <para>The arrival rate is an exponential mean with the time constant <see cref="TimeConstant"/> over the growth of what can be read: of
/// a sudden change it shows 39% after 100 ms, 63% after 200 ms and 92% after 500 ms. A log that shrinks (it was made anew) begins it anew.
/// </para>
/// </remarks>
internal sealed class LagEstimator
{
    /// <summary>Age from which an answer no longer counts.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(3);

    /// <summary>Of the arrival rate.</summary>
    public static readonly TimeSpan TimeConstant = TimeSpan.FromMilliseconds(200);

    /// <summary>So far in the future a record's time counts as now; further off its clock is wrong, and its age is not known.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(1);

    private const double NoRate = 1e-6; // a mean never quite comes down to nothing

    private Dictionary<SourcePartition, Course> _courses = [];

    /// <summary>Takes in an observation, and says where the worker stands. A partition that is not in it is forgotten.</summary>
    /// <param name="at">When, not before any earlier one.</param>
    /// <param name="now">The same by the clock on the wall, to be compared with records' times.</param>
    /// <param name="partitions">All that are assigned, each once.</param>
    public LagSample Add(TimeSpan at, DateTimeOffset now, IReadOnlyList<PartitionObservation> partitions)
    {
        Dictionary<SourcePartition, Course> courses = new(partitions.Count);
        PartitionLag[] lags = new PartitionLag[partitions.Count];
        for (int i = 0; i < lags.Length; i++)
        {
            PartitionObservation seen = Fresh(partitions[i], at);
            Course course = Next(_courses.GetValueOrDefault(seen.Standing.Partition), seen);
            courses.Add(seen.Standing.Partition, course);
            long? unread = Unread(seen), backlog = unread + seen.Standing.Unfinished;
            lags[i] = new PartitionLag(seen.Standing.Partition, LagMessages(seen), backlog,
                seen.Readable is null ? null : course.ArrivalsPerSecond, Age(seen, course, backlog, at, now))
            {
                Place = seen.Standing.Next,
                Unread = unread,
                DocumentShare = course.Share.Value,
            };
        }

        _courses = courses;
        return new LagSample(at, lags);
    }

    private static PartitionObservation Fresh(PartitionObservation seen, TimeSpan at) => seen with
    {
        Readable = IfFresh(seen.Readable, at),
        LogEnd = IfFresh(seen.LogEnd, at),
    };

    private static OffsetAnswer? IfFresh(OffsetAnswer? answer, TimeSpan at) => answer is { } a && at - a.At <= Stale ? answer : null;

    // The log's end is heard less often than what can be read, and is never before that.
    private static long? LagMessages(PartitionObservation seen) => seen is { Standing.Committed: { } committed, LogEnd: { } end }
        ? Math.Max(0, Math.Max(end.Offset, seen.Readable?.Offset ?? 0) - committed) : null;

    // What the log has dropped before it was read will not be read. An answer may be older than the place.
    private static long? Unread(PartitionObservation seen) => seen is { Standing.Next: { } next, Readable: { } readable }
        ? Math.Max(0, readable.Offset - Math.Max(next, seen.LogStart?.Offset ?? 0)) : null;

    private static Course Next(Course? before, PartitionObservation seen)
    {
        if (before?.Epoch != seen.Standing.Epoch)
            before = new Course(seen.Standing.Epoch, before?.Readable, before?.ArrivalsPerSecond, null, before?.Share.Anew() ?? new());
        before = before with { Share = before.Share.After(seen.Standing.Counts) };
        if (seen is not { Readable: { } readable, Standing.Next: { } next }) return before;
        TimeSpan? unread = readable.Offset <= next ? TimeSpan.MaxValue // nothing is
            : before.UnreadSince == TimeSpan.MaxValue ? readable.At : before.UnreadSince;
        return before with { Readable = readable, ArrivalsPerSecond = Rate(before, readable), UnreadSince = unread };
    }

    private static double? Rate(Course before, OffsetAnswer readable)
    {
        if (before.Readable is not { } last || readable.Offset < last.Offset) return null;
        double seconds = (readable.At - last.At).TotalSeconds;
        if (seconds <= 0) return before.ArrivalsPerSecond;
        double rate = (readable.Offset - last.Offset) / seconds;
        if (before.ArrivalsPerSecond is not { } mean) return rate;
        double next = mean + ((1 - Math.Exp(-seconds / TimeConstant.TotalSeconds)) * (rate - mean));
        return next < NoRate ? 0 : next;
    }

    // Of a record that is not read yet the time is not known. It came behind the one that was read last, and not before it was first seen
    // that not all is read: the less of both.
    private static TimeSpan? Age(PartitionObservation seen, Course course, long? backlog, TimeSpan at, DateTimeOffset now)
    {
        if (seen.Standing.Unfinished > 0) return AgeOf(seen.Standing.OldestTime, now);
        if (backlog is not > 0) return null;
        TimeSpan? sinceLast = AgeOf(seen.Standing.LastTime, now);
        TimeSpan? sinceSeen = course.UnreadSince is { } since && since < TimeSpan.MaxValue ? at - since : null;
        return sinceLast < sinceSeen ? sinceLast : sinceSeen ?? sinceLast;
    }

    private static TimeSpan? AgeOf(DateTimeOffset? time, DateTimeOffset now) => (now - time) switch
    {
        { } age when age < -ClockSkew => null,
        { } age when age < TimeSpan.Zero => TimeSpan.Zero,
        var age => age,
    };

    /// <param name="Epoch">The assignment that it is of.</param>
    /// <param name="Readable">The last answer.</param>
    /// <param name="ArrivalsPerSecond">Null before two answers.</param>
    /// <param name="UnreadSince">Since when something is there to be read: MaxValue while nothing is, null while it was never seen that
    /// nothing was.</param>
    /// <param name="Share">How many of its offsets are documents.</param>
    private sealed record Course(int Epoch, OffsetAnswer? Readable, double? ArrivalsPerSecond, TimeSpan? UnreadSince, DocumentShare Share);
}
