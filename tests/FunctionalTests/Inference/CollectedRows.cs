using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace FunctionalTests.Inference;

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
