using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Students;

/// <summary>
/// Counts how right engines are as the worker runs them. A manifest's counts are ONNX Runtime's alone, whose attention rounds otherwise
/// than the worker's own: some labels in a thousand differ.
/// </summary>
internal static class ServedAccuracy
{
    private const int Bins = 15;

    /// <summary>Labels all documents, in batches of neighbours; of an int8 mode none depends on its mates.</summary>
    /// <param name="engine">What labels, in the last of its modes.</param>
    /// <param name="budget">What one batch may hold: at least the longest document.</param>
    /// <param name="test">What is labelled.</param>
    /// <returns>Probabilities, [documents][labels].</returns>
    public static float[][] Label(IEngine engine, BatchBudget budget, TestDocuments test)
    {
        using PackedBatch<int> batch = new(budget);
        float[][] found = new float[test.Ids.Length][];
        ProbabilityRows rows = new(batch, found);
        for (int next = 0; next < found.Length;)
        {
            batch.Clear();
            while (next < found.Length && batch.TryAdd(next, test.Ids[next])) next++;
            batch.Seal();
            engine.Run(batch.Tensors, engine.Modes[^1], rows);
        }

        return found;
    }

    /// <summary>Counts what a mode gave against the truth and against what the teacher gave.</summary>
    /// <param name="mode">Probabilities, [documents][labels].</param>
    /// <param name="teacher">The teacher's, of the same documents.</param>
    /// <param name="truth">The place of each document's true label.</param>
    public static ModeAccuracy Count(float[][] mode, float[][] teacher, int[] truth)
    {
        double[] confident = new double[Bins], right = new double[Bins];
        int correct = 0, agrees = 0;
        for (int document = 0; document < mode.Length; document++)
        {
            float confidence = mode[document].Max();
            int label = mode[document].IndexOf(confidence), bin = Math.Min((int)(confidence * Bins), Bins - 1);
            if (label == truth[document]) correct++;
            if (label == teacher[document].IndexOf(teacher[document].Max())) agrees++;
            confident[bin] += confidence;
            right[bin] += label == truth[document] ? 1 : 0;
        }

        return new ModeAccuracy(correct, agrees, mode.Length,
            confident.Zip(right, (sum, count) => Math.Abs(sum - count)).Sum() / mode.Length);
    }
    /// <summary>Puts what came of each row where its document stands.</summary>
    private sealed class ProbabilityRows(PackedBatch<int> batch, float[][] found) : IRowSink
    {
        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            int labels = logits.Length / rows.Length;
            for (int next = 0; next < rows.Length; next++)
            {
                float[] probabilities = new float[labels];
                Scores.Softmax(logits.Slice(next * labels, labels), probabilities);
                found[batch.Items[rows[next]]] = probabilities;
            }
        }
    }
}
