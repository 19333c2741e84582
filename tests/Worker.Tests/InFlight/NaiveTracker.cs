using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

/// <summary>
/// What <see cref="OffsetTracker"/> promises, said in the plainest way: a list of everything ever read, searched from the front each time.
/// </summary>
internal sealed class NaiveTracker
{
    private readonly Dictionary<SourcePartition,
        (int Epoch, List<(long Offset, bool Done)> Read, long Committed, long Passed)> _partitions = [];
    private int _epoch;

    /// <summary>Records from each partition's first open one on.</summary>
    public int InFlight => _partitions.Values.Sum(s => s.Read.FindIndex(r => !r.Done) is >= 0 and int open ? s.Read.Count - open : 0);

    /// <summary>Records before each partition's first open one that no commit covers.</summary>
    public long Settled => _partitions.Keys.Sum(p => Watermark(p)?.Records ?? 0);

    public void Open(SourcePartition partition) => _partitions[partition] = (++_epoch, [], -1, -1);

    public SourceOffset Begin(SourcePartition partition, long offset)
    {
        if (!_partitions.TryGetValue(partition, out var state)
            || (state.Read.Count > 0 && Math.Max(state.Read.Max(r => r.Offset), state.Passed - 1) >= offset))
        {
            Open(partition);
            state = _partitions[partition];
        }

        state.Read.Add((offset, false));
        _partitions[partition] = state with { Committed = state.Committed < 0 ? offset : state.Committed };
        return new SourceOffset(partition, state.Epoch, offset);
    }

    public void Advance(SourcePartition partition, long next)
    {
        if (_partitions.TryGetValue(partition, out var state) && state.Read.Count > 0)
            _partitions[partition] = state with { Passed = Math.Max(state.Passed, next) };
    }

    public bool Complete(SourceOffset source)
    {
        if (!_partitions.TryGetValue(source.Partition, out var state) || state.Epoch != source.Epoch) return false;
        int index = state.Read.IndexOf((source.Offset, false));
        if (index < 0) return false;
        state.Read[index] = (source.Offset, true);
        return true;
    }

    public List<PartitionWatermark> Uncommitted() =>
        [.. _partitions.Keys.Select(p => Watermark(p)).OfType<PartitionWatermark>()];

    public void MarkCommitted(PartitionWatermark watermark)
    {
        if (_partitions.TryGetValue(watermark.Partition, out var state) && state.Epoch == watermark.Epoch)
            _partitions[watermark.Partition] = state with { Committed = Math.Max(state.Committed, watermark.Next) };
    }

    public PartitionWatermark? Close(SourcePartition partition)
    {
        PartitionWatermark? watermark = Watermark(partition);
        _partitions.Remove(partition);
        return watermark;
    }

    private PartitionWatermark? Watermark(SourcePartition partition)
    {
        if (!_partitions.TryGetValue(partition, out var state) || state.Read.Count == 0) return null;
        int open = state.Read.FindIndex(r => !r.Done);
        long next = open >= 0 ? state.Read[open].Offset : Math.Max(state.Read[^1].Offset + 1, state.Passed);
        int records = state.Read.Count(r => r.Offset >= state.Committed && r.Offset < next);
        return next > state.Committed ? new PartitionWatermark(partition, state.Epoch, next, records) : null;
    }
}
