using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Benchmarks.Modes;

/// <summary>An engine that counts by size what its threads allocate from the beginning of one batch to that of their next: the batch's
/// run, its labels and the planning of the next one. Thread-safe; allocates nothing per batch.</summary>
/// <remarks>Of the counts the median is told: an allocation now and then, as the runtime makes some, is in no batch's price.</remarks>
/// <param name="engine">Labels; owned by whoever made it.</param>
internal sealed class BatchAllocations(IEngine engine) : IEngine
{
    private readonly ThreadLocal<long> _before = new();
    private readonly Lock _lock = new();
    private volatile AllocationCounts _counts = new();

    public ModelIdentity Model => engine.Model;

    public IReadOnlyList<Mode> Modes => engine.Modes;

    /// <summary>Where batches are counted that begin from now on.</summary>
    public AllocationCounts Counts
    {
        set => _counts = value;
    }

    public string CostNameOf(Mode mode) => engine.CostNameOf(mode);

    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        long now = GC.GetAllocatedBytesForCurrentThread(), before = _before.Value;
        if (before > 0) // a thread's first batch only begins the count: what came before were its buffers
            lock (_lock) _counts.Add(now - before);
        _before.Value = GC.GetAllocatedBytesForCurrentThread();
        return engine.Run(batch, mode, sink);
    }

    public void Dispose() => _before.Dispose();
}

/// <summary>How many batches allocated how many bytes.</summary>
internal sealed class AllocationCounts
{
    private const int Most = 1 << 16;

    private readonly long[] _batches = new long[Most]; // by bytes; the last place is for as many and more

    public void Add(long bytes) => _batches[Math.Min(bytes, Most - 1)]++;

    /// <summary>Bytes of the batch in the middle; 0 where none was counted.</summary>
    public int Median
    {
        get
        {
            long below = 0, half = (_batches.Sum() + 1) / 2;
            for (int bytes = 0; bytes < Most; bytes++)
                if ((below += _batches[bytes]) >= half) return bytes;
            return 0;
        }
    }
}
