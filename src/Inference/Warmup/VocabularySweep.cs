namespace Sluice.Inference.Warmup;

/// <summary>
/// Token ids in even steps through a vocabulary, for made-up documents that read the embeddings from one end to the other.
/// </summary>
internal static class VocabularySweep
{
    /// <summary>The id of one token.</summary>
    /// <param name="vocabulary">Ids that there are, at least 1.</param>
    /// <param name="token">The token's place, 0..<paramref name="tokens"/> - 1.</param>
    /// <param name="tokens">Tokens that go once through the vocabulary, at least 1.</param>
    /// <param name="part">Which of several such rounds it is, 0..<paramref name="parts"/> - 1: each begins elsewhere in the first step, so
    /// that together they step more finely.</param>
    /// <param name="parts">Rounds, at least 1.</param>
    /// <returns>0..<paramref name="vocabulary"/> - 1; the first of the first round is 0.</returns>
    public static int Of(int vocabulary, int token, int tokens, int part, int parts) =>
        (int)((Int128)vocabulary * (((long)token * parts) + part) / ((long)tokens * parts));
}
