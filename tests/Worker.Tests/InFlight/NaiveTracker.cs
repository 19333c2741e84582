using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

/// <summary>
/// What <see cref="OffsetTracker"/> promises, said in the plainest way: a list of everything ever read, searched from the front each time.
/// </summary>
internal sealed class NaiveTracker
{
    private readonly Dictionary<SourcePartition, State> _partitions = [];
    private int _epoch;

    /// <summary>Records from each partition's first open one on.</summary>
    public int InFlight => _partitions.Values.Sum(s => s.Read.FindIndex(r => !r.Done) is >= 0 and int open ? s.Read.Count - open : 0);

    /// <summary>Records before each partition's first open one that no commit covers and none was refused for.</summary>
    public long Settled => _partitions.Keys.Sum(p => Watermark(p)?.Records ?? 0);

    public void Open(AssignedPartition assigned) => _partitions[assigned.Partition] =
        new State(++_epoch, [], assigned.Next, assigned.IsCommitted ? assigned.Next : null, 0, assigned.Next);

    public SourceOffset Begin(SourcePartition partition, long offset)
    {
        if (!_partitions.TryGetValue(partition, out State? state) || state.Place > offset)
        {
            Open(new AssignedPartition(partition, null, false));
            state = _partitions[partition];
        }

        state.Read.Add((offset, false, false));
        _partitions[partition] = state with { Place = offset + 1, First = state.First ?? offset };
        return new SourceOffset(partition, state.Epoch, offset);
    }

    public void Advance(SourcePartition partition, long next)
    {
        if (_partitions.TryGetValue(partition, out State? state))
            _partitions[partition] = state with { Place = Math.Max(state.Place ?? 0, next), First = state.First ?? next };
    }

    public bool Complete(SourceOffset source, bool isDocument)
    {
        if (!_partitions.TryGetValue(source.Partition, out State? state) || state.Epoch != source.Epoch) return false;
        int index = state.Read.FindIndex(record => record.Offset == source.Offset && !record.Done);
        if (index < 0) return false;
        state.Read[index] = (source.Offset, true, isDocument);
        return true;
    }

    public List<PartitionWatermark> Uncommitted() =>
        [.. _partitions.Keys.Select(p => Watermark(p)).OfType<PartitionWatermark>()];

    public void MarkCommitted(PartitionWatermark watermark)
    {
        if (_partitions.TryGetValue(watermark.Partition, out State? state) && state.Epoch == watermark.Epoch)
            _partitions[watermark.Partition] = state with { Committed = Math.Max(state.Committed ?? 0, watermark.Next) };
    }

    public void MarkRefused(PartitionWatermark watermark)
    {
        if (_partitions.TryGetValue(watermark.Partition, out State? state) && state.Epoch == watermark.Epoch)
            _partitions[watermark.Partition] = state with { Refused = Math.Max(state.Refused, watermark.Next) };
    }

    public IEnumerable<PartitionStanding> Standings() => _partitions.Select(p => new PartitionStanding(p.Key, p.Value.Epoch, p.Value.Place,
        p.Value.Read.Count(r => !r.Done), p.Value.Committed, null, null,
        new ReadCounts(p.Value.Place - p.Value.First ?? 0, p.Value.Read.Count, p.Value.Read.Count(r => r.Done),
            p.Value.Read.Count(r => r.IsDocument))));

    public PartitionWatermark? Close(SourcePartition partition)
    {
        PartitionWatermark? watermark = Watermark(partition);
        _partitions.Remove(partition);
        return watermark;
    }

    private PartitionWatermark? Watermark(SourcePartition partition)
    {
        if (!_partitions.TryGetValue(partition, out State? state) || state.Place is not { } place) return null;
        int open = state.Read.FindIndex(r => !r.Done);
        long next = open >= 0 ? state.Read[open].Offset : place;
        if (next <= state.Committed) return null;
        int records = state.Read.Count(r => r.Offset >= Math.Max(state.Committed ?? 0, state.Refused) && r.Offset < next);
        return new PartitionWatermark(partition, state.Epoch, next, records);
    }

    /// <param name="Epoch">Counts assignments.</param>
    /// <param name="Read">All that was read.</param>
    /// <param name="Place">The offset after it; null while no place is known.</param>
    /// <param name="Committed">The group's offset; null while it is not known.</param>
    /// <param name="Refused">Below it a commit was refused.</param>
    /// <param name="First">Where reading began; null while that is not known.</param>
    private sealed record State(int Epoch, List<(long Offset, bool Done, bool IsDocument)> Read, long? Place, long? Committed, long Refused,
        long? First);
}
