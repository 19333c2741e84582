using Sluice.Inference.Batching;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Engines;

/// <summary>Labels without a model, by the number of a document's tokens: what is left of the path is the path's own cost. No setting
/// selects it; tests and benchmarks do. Thread-safe.</summary>
/// <param name="model">Whose labels it gives.</param>
/// <param name="modes">What it says it runs in: all of them alike.</param>
/// <param name="rowsAtOnce">Rows that it gives in one call, the last ones of a batch first: at least 1.</param>
internal sealed class ConstantEngine(ModelIdentity model, IReadOnlyList<Mode> modes, int rowsAtOnce = int.MaxValue) : IEngine
{
    public ModelIdentity Model => model;

    public IReadOnlyList<Mode> Modes => modes;

    public string CostNameOf(Mode mode) => mode.Name;

    /// <summary>The label that it gives to a document.</summary>
    /// <param name="tokens">Of the document.</param>
    /// <param name="labels">Of the model.</param>
    public static int LabelOf(int tokens, int labels) => tokens % labels;

    /// <inheritdoc/>
    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        if (!modes.Contains(mode)) throw mode.NotLoaded(modes);
        int labels = model.Labels.Count, most = int.Min(rowsAtOnce, batch.Rows);
        Provenance provenance = new(mode, StudentsUsed: mode.StudentCount > 0 ? mode.StudentCount : null);
        Span<int> rows = stackalloc int[int.Min(most, 64)];
        Span<float> logits = stackalloc float[rows.Length * labels];
        for (int end = batch.Rows; end > 0;)
        {
            int count = int.Min(rows.Length, end);
            end -= count;
            logits.Clear();
            for (int next = 0; next < count; next++)
            {
                rows[next] = end + next;
                logits[(next * labels) + LabelOf(batch.Lengths[end + next], labels)] = 1;
            }

            sink.Take(rows[..count], logits[..(count * labels)], provenance);
        }

        return new BatchOutcome(provenance);
    }

    public void Dispose()
    {
    }
}
