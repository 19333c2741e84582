using System.Numerics;

namespace Sluice.Inference.Modes;

/// <summary>Logits to probabilities. Pure functions over spans; no allocation.</summary>
internal static class Scores
{
    /// <summary>exp(logit) / sum of exp over one row, computed from differences to the largest logit so that nothing overflows.</summary>
    /// <param name="logits">One row, [labels], at least one, all finite.</param>
    /// <param name="probabilities">[labels], written; may be the same memory as <paramref name="logits"/>. Sums to 1 within 1e-6.</param>
    /// <exception cref="ArgumentException">The row is empty, the spans differ in length, or a logit is not finite: a model whose weights or
    /// inputs are broken must not label.</exception>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        if (logits.IsEmpty || logits.Length != probabilities.Length)
        {
            throw new ArgumentException(
                $"A row of {logits.Length} logits cannot fill {probabilities.Length} probabilities; "
                + "both need the number of labels, at least 1.", nameof(probabilities));
        }

        float largest = logits[Largest(logits)];
        double sum = 0;
        for (int label = 0; label < logits.Length; label++)
        {
            float weight = MathF.Exp(logits[label] - largest);
            probabilities[label] = weight;
            sum += weight;
        }
        for (int label = 0; label < logits.Length; label++)
            probabilities[label] = (float)(probabilities[label] / sum);
    }

    /// <summary>Index of the largest value; the first of equals.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty or holds a number that is not finite.</exception>
    public static int Largest(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("A row needs at least one value.", nameof(values));
        int best = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException($"Value {i} of the row is {values[i]}; the model's output must be finite.", nameof(values));
            if (values[i] > values[best])
                best = i;
        }
        return best;
    }

    /// <summary>Adds values to a sum, place by place: sum[i] += values[i], each rounded once, so the same bits on every machine.</summary>
    /// <param name="values">As long as <paramref name="sum"/>.</param>
    /// <param name="sum">Read and written.</param>
    public static void Add(ReadOnlySpan<float> values, Span<float> sum)
    {
        int place = 0;
        for (; place <= sum.Length - Vector<float>.Count; place += Vector<float>.Count)
            (new Vector<float>(sum[place..]) + new Vector<float>(values[place..])).CopyTo(sum[place..]);
        for (; place < sum.Length; place++) sum[place] += values[place];
    }
}
