using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>Takes the rows of a batch as they are done. One batch at a time, on the thread that runs it.</summary>
internal interface IRowSink
{
    /// <summary>Takes rows that are done.</summary>
    /// <param name="rows">[n] which rows of the batch they are, from 0; at least one.</param>
    /// <param name="logits">[n, labels], row-major, in the order of <paramref name="rows"/>. The engine's: valid during the call.</param>
    /// <param name="provenance">How these rows came about.</param>
    void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance);
}

/// <summary>Takes rows for nothing: of batches that are run to measure them, or for the memory that they take.</summary>
internal sealed class DiscardedRows : IRowSink
{
    public static readonly DiscardedRows Instance = new();

    private DiscardedRows()
    {
    }

    public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
    {
    }
}
