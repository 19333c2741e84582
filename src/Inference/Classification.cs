using Sluice.Inference.Modes;

namespace Sluice.Inference;

/// <summary>The label of one text.</summary>
/// <param name="Label">The label with the largest score; the first of equals.</param>
/// <param name="Scores">Probability of each label, in the order of the model's labels; they sum to 1.</param>
/// <param name="Logits">What the scores were made from, in the same order.</param>
/// <param name="Tokens">Tokens that the model saw, [CLS] and [SEP] included.</param>
/// <param name="Truncated">Whether the text had more tokens than the model takes.</param>
/// <param name="Provenance">How it came about.</param>
internal sealed record Classification(string Label, IReadOnlyList<float> Scores, IReadOnlyList<float> Logits, int Tokens, bool Truncated,
    Provenance Provenance);
