using System.Numerics;

namespace Sluice.Inference.Batching;

/// <summary>
/// Counts the batches that were run: their shapes, and what was predicted of them. Thread-safe; noting one allocates nothing.
/// </summary>
internal sealed class BatchStatistics
{
    private const int Sizes = 17; // powers of two up to 65,536, the most rows or tokens that a budget may have

    private readonly Lock _gate = new();
    private readonly long[] _shapes = new long[Sizes * Sizes];
    private long _batches, _documents, _tokens, _attended;
    private double _predictedMs, _measuredMs, _errors;

    /// <summary>Notes a batch.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="predictedMs">What the cost model said before it ran.</param>
    /// <param name="measuredMs">What it took, above 0.</param>
    public void Note(BatchShape shape, double predictedMs, double measuredMs)
    {
        lock (_gate)
        {
            _shapes[(Size(shape.Rows) * Sizes) + Size(shape.Longest)]++;
            _batches++;
            _documents += shape.Rows;
            _tokens += shape.Tokens;
            _attended += (long)shape.Rows * shape.Longest;
            _predictedMs += predictedMs;
            _measuredMs += measuredMs;
            _errors += Math.Abs(predictedMs - measuredMs) / measuredMs;
        }
    }

    /// <summary>Documents and predicted milliseconds so far; cheaper to have than all.</summary>
    public (long Documents, double PredictedMs) Work
    {
        get
        {
            lock (_gate) return (_documents, _predictedMs);
        }
    }

    /// <summary>All that was noted so far.</summary>
    public BatchTotals Read()
    {
        lock (_gate)
        {
            return new BatchTotals(
                _batches, _documents, _tokens, _attended, _predictedMs, _measuredMs, _errors,
                [.. _shapes.Select((count, place) =>
                    new BatchShapeCount(1 << (place / Sizes), 1 << (place % Sizes), count)).Where(shape => shape.Batches > 0)]);
        }
    }

    private static int Size(int value) => Math.Min(BitOperations.Log2((uint)value), Sizes - 1);
}
