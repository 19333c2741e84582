namespace Sluice.Worker.Batching;

/// <summary>What a packed batch's time depends on.</summary>
/// <param name="Rows">Documents. At least 1.</param>
/// <param name="Tokens">Tokens of all documents together, special tokens included: <paramref name="Rows"/> to <paramref name="Rows"/> x <paramref name="Longest"/>.</param>
/// <param name="Longest">Tokens of the longest document.</param>
internal readonly record struct BatchShape(int Rows, int Tokens, int Longest)
{
    /// <summary>Scores that attention computes for one head: every document as long as the longest, squared.</summary>
    public long Cells => (long)Rows * Longest * Longest;

    /// <summary>All documents are of one length, as a lone one is: attention needs no mask then, and is cheaper (specs/batching.md, section 6.4).</summary>
    public bool EqualLengths => Tokens == (long)Rows * Longest;
}
