using System.Buffers;
using System.Numerics;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>What an engine whose rows are all done at once writes its logits to, and gives to the sink as a whole.</summary>
/// <remarks>Rented: dispose it when the sink has it. Allocates nothing in steady state.</remarks>
internal readonly struct WholeBatch : IDisposable
{
    // [n] 0, 1, 2, ...: shared by all engines, replaced by a longer one where a batch has more rows.
    private static volatile int[] _numbers = [.. Enumerable.Range(0, 64)];

    private readonly float[] _logits;
    private readonly int _rows, _labels;

    /// <param name="rows">Of the batch, at least 1.</param>
    /// <param name="labels">Of the model, at least 1.</param>
    public WholeBatch(int rows, int labels) => (_rows, _labels, _logits) = (rows, labels, ArrayPool<float>.Shared.Rent(rows * labels));

    /// <summary>[rows, labels], row-major, to be written.</summary>
    public Span<float> Logits => _logits.AsSpan(0, _rows * _labels);

    /// <summary>Gives all rows.</summary>
    public void Give(IRowSink sink, Provenance provenance)
    {
        int[] numbers = _numbers;
        if (numbers.Length < _rows)
            _numbers = numbers = [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)_rows))];
        sink.Take(numbers.AsSpan(0, _rows), Logits, provenance);
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_logits);
}
