using Sluice.Inference.Modes;

namespace Sluice.Inference;

/// <summary>The label of one text. Immutable.</summary>
public sealed class Classification
{
    /// <remarks>Takes both arrays over.</remarks>
    internal Classification(string label, float[] scores, float[] logits, int tokens, bool truncated, Provenance provenance) =>
        (Label, Scores, Logits, Tokens, Truncated, Provenance) =
            (label, Array.AsReadOnly(scores), Array.AsReadOnly(logits), tokens, truncated, provenance);

    /// <summary>The label with the largest score; the first of equals.</summary>
    public string Label { get; }

    /// <summary>Probability of each label, 0..1, in the order of the model's labels; they sum to 1.</summary>
    public IReadOnlyList<float> Scores { get; }

    /// <summary>What the scores were made from, in the same order; any finite numbers.</summary>
    public IReadOnlyList<float> Logits { get; }

    /// <summary>Tokens that the model saw, [CLS] and [SEP] included: at least 2, at most the model's longest.</summary>
    public int Tokens { get; }

    /// <summary>Whether the text had more tokens than the model takes.</summary>
    public bool Truncated { get; }

    /// <summary>How it came about.</summary>
    public Provenance Provenance { get; }
}
