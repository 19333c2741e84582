namespace Benchmarks.Burst.Plain;

/// <summary>What of a partition is done without a gap, so that nothing is committed that is not: what a careful worker keeps. Not
/// thread-safe.</summary>
internal sealed class PlainOffsets
{
    private readonly Queue<long> _read = new();
    private readonly HashSet<long> _done = [];

    /// <summary>A record was read; in the order of offsets.</summary>
    public void Begin(long offset) => _read.Enqueue(offset);

    /// <summary>A record's label was delivered.</summary>
    /// <returns>The offset to commit, the first that is not done; null where it has not moved.</returns>
    public long? Complete(long offset)
    {
        _done.Add(offset);
        long? last = null;
        while (_read.TryPeek(out long next) && _done.Remove(next)) last = _read.Dequeue();
        return last + 1;
    }
}
