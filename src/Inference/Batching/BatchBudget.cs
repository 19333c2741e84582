namespace Sluice.Inference.Batching;

/// <summary>What one batch may hold at most.</summary>
/// <param name="MaxRows">Documents. At least 1.</param>
/// <param name="MaxTokens">Tokens of all documents together, special tokens included. At least 1. With a packed batch this bounds the work
/// and the memory of one run.</param>
internal readonly record struct BatchBudget(int MaxRows, int MaxTokens)
{
    /// <summary>Documents in a batch where nobody says otherwise.</summary>
    public const int DefaultRows = 64;

    /// <summary>Tokens in a batch where nobody says otherwise.</summary>
    public const int DefaultTokens = 512;
}
