using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Partitions that are assigned and that the client has no place for, and the search for one: once a second, until it is found. On
/// the reading thread.</summary>
internal sealed class UnplacedPartitions(StartPositions positions, SkippedOffsets skips, TimeProvider time)
{
    private const int PauseAWait = 4; // times as long as brokers were waited for

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly HashSet<SourcePartition> _partitions = [];
    private long _asked;
    private TimeSpan _pause = Period;

    /// <summary>The client has told that it has no place for one.</summary>
    public void Add(SourcePartition partition) => _partitions.Add(partition);

    /// <summary>They have a place, or are taken away.</summary>
    public void Forget(IEnumerable<SourcePartition> partitions) => _partitions.ExceptWith(partitions);

    /// <summary>All are given back, and come again.</summary>
    public void Clear() => _partitions.Clear();

    /// <summary>Finds places, where it is due.</summary>
    /// <param name="assignment">What is assigned: the client may tell of one that has been taken away since.</param>
    /// <exception cref="ClusterException">One has no place, and <c>auto.offset.reset</c> is <c>error</c>.</exception>
    public StartPosition[] Find(Func<IEnumerable<SourcePartition>> assignment)
    {
        if (_partitions.Count == 0 || time.GetElapsedTime(_asked) < _pause) return [];
        long began = time.GetTimestamp();
        _partitions.IntersectWith(assignment());
        IReadOnlyList<StartPosition> found = skips.Apply(positions.FindAgain([.. _partitions]), StartPositions.Bound);
        _asked = time.GetTimestamp();
        // The other partitions are not read while brokers are waited for.
        TimeSpan pause = PauseAWait * time.GetElapsedTime(began);
        _pause = pause > Period ? pause : Period;
        return [.. found.Where(start => start.Offset is not null)];
    }
}
