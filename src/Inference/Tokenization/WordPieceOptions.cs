namespace Sluice.Inference.Tokenization;

/// <summary>How a model's texts are made into tokens; belongs to the model, not to the deployment.</summary>
public sealed record WordPieceOptions
{
    /// <value>Fold case and strip accents, as "uncased" models want. Default true; false for "cased" models.</value>
    public bool Lowercase { get; init; } = true;

    /// <value>
    /// Turn the literals <c>[PAD] [UNK] [CLS] [SEP] [MASK]</c> in a text into their ids. Default false: a document must not be able to
    /// forge the end of its own input.
    /// </value>
    public bool ParseSpecialTokens { get; init; }
}
