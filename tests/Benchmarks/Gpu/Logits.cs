using System.Globalization;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Logits of documents, by an engine or a graph.</summary>
internal static class Logits
{
    /// <summary>Labels documents in batches of neighbours by length, as full as the budget lets them be.</summary>
    /// <returns>[documents][labels], in the order of the documents.</returns>
    public static float[][] Of(IEngine engine, Mode mode, BatchBudget budget, int[][] documents)
    {
        float[][] found = new float[documents.Length][];
        int[] order = [.. Enumerable.Range(0, documents.Length).OrderBy(document => documents[document].Length)];
        for (int next = 0; next < order.Length;)
        {
            int start = next, longest = 0;
            for (; next < order.Length && next - start < budget.MaxRows; next++)
            {
                longest = int.Max(longest, documents[order[next]].Length);
                if ((next + 1L - start) * longest > budget.MaxTokens && next > start) break;
            }

            int[] rows = order[start..next];
            float[][] batch = OfBatch(engine, mode, [.. rows.Select(row => documents[row])]);
            for (int row = 0; row < rows.Length; row++) found[rows[row]] = batch[row];
        }

        return found;
    }

    /// <summary>Labels documents as one batch.</summary>
    /// <returns>[documents][labels].</returns>
    public static float[][] OfBatch(IEngine engine, Mode mode, int[][] documents)
    {
        using PackedBatch<int> batch = new(documents.Length, documents.Sum(ids => ids.Length));
        for (int row = 0; row < documents.Length; row++) batch.TryAdd(row, documents[row]);
        batch.Seal();
        Rows rows = new(documents.Length);
        engine.Run(batch.Tensors, mode, rows);
        return rows.Found;
    }

    private sealed class Rows(int count) : IRowSink
    {
        public float[][] Found { get; } = new float[count][];

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            int labels = logits.Length / rows.Length;
            for (int next = 0; next < rows.Length; next++) Found[rows[next]] = logits.Slice(next * labels, labels).ToArray();
        }
    }
}

/// <summary>How far logits are from others of the same documents.</summary>
/// <param name="Documents">Compared.</param>
/// <param name="Largest">Largest difference of a logit; not finite where a logit is not.</param>
/// <param name="SameLabels">Documents whose largest logit is the same one.</param>
internal readonly record struct LogitDifference(int Documents, double Largest, int SameLabels)
{
    public double PercentSame => 100.0 * SameLabels / Documents;

    /// <summary>The largest difference as a table shows it: its size matters, not its digits.</summary>
    public string LargestText => Text(Largest);

    /// <summary>A difference as a table shows it.</summary>
    public static string Text(double difference) => difference.ToString("0.0e+0", CultureInfo.InvariantCulture);

    /// <param name="expected">[documents][labels], at least one.</param>
    /// <param name="found">Of the same documents.</param>
    public static LogitDifference Between(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        double largest = 0;
        int same = 0;
        for (int document = 0; document < expected.Count; document++)
        {
            float[] one = expected[document], other = found[document];
            for (int label = 0; label < one.Length; label++)
            {
                double difference = Math.Abs((double)one[label] - other[label]);
                largest = double.IsFinite(difference) ? Math.Max(largest, difference) : double.PositiveInfinity;
            }

            if (one.IndexOf(one.Max()) == other.IndexOf(other.Max())) same++;
        }

        return new LogitDifference(expected.Count, largest, same);
    }

    /// <summary>The two as one.</summary>
    public LogitDifference And(LogitDifference other) =>
        new(Documents + other.Documents, Math.Max(Largest, other.Largest), SameLabels + other.SameLabels);
}
