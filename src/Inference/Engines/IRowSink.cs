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

/// <summary>Collects the logits of a batch. Reusable; not thread-safe.</summary>
/// <param name="logits">[rows, labels], row-major: written where a row is given. As long as the rows of the largest batch need, or
/// longer.</param>
internal sealed class CollectedRows(float[] logits) : IRowSink
{
    /// <exception cref="ArgumentException">A row has no place.</exception>
    public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> given, Provenance provenance)
    {
        int labels = given.Length / rows.Length;
        for (int next = 0; next < rows.Length; next++)
        {
            if ((rows[next] + 1) * labels > logits.Length)
            {
                throw new ArgumentException(
                    $"Row {rows[next]} of {labels} labels needs {(rows[next] + 1) * labels} places, not {logits.Length}.", nameof(rows));
            }

            given.Slice(next * labels, labels).CopyTo(logits.AsSpan(rows[next] * labels));
        }
    }
}
