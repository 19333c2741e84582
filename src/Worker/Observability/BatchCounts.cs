using System.Collections.Concurrent;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Observability;

/// <summary>The batches that were run, by mode. Thread-safe; noting one allocates nothing but for the first of a mode.</summary>
internal sealed class BatchCounts
{
    private readonly ConcurrentDictionary<Mode, BatchStatistics> _modes = new();

    /// <summary>Notes a batch.</summary>
    /// <param name="mode">In which it was run.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="predictedMs">What the cost model said before it ran.</param>
    /// <param name="measuredMs">What it took, above 0.</param>
    public void Note(Mode mode, BatchShape shape, double predictedMs, double measuredMs) =>
        _modes.GetOrAdd(mode, static _ => new BatchStatistics()).Note(shape, predictedMs, measuredMs);

    /// <summary>All that was noted so far, together.</summary>
    public BatchTotals Read() => _modes.Values.Aggregate(BatchTotals.None, (sum, mode) => sum.Plus(mode.Read()));

    /// <summary>The same of each mode that ran.</summary>
    public IEnumerable<(Mode Mode, BatchTotals Totals)> ReadByMode() => _modes.Select(mode => (mode.Key, mode.Value.Read()));
}
