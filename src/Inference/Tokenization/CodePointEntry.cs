namespace Sluice.Inference.Tokenization;

/// <summary>
/// One code point's entry in <see cref="CodePointTable"/>: its class with and without folding, and what it becomes when folded.
/// </summary>
internal readonly record struct CodePointEntry(uint Bits)
{
    private const int Hangul = 1;

    /// <param name="cased">Its class when case and accents are kept.</param>
    /// <param name="folded">Its class when case is folded and accents are stripped.</param>
    /// <param name="mapping">0 if folding keeps it, else where its targets stand.</param>
    public CodePointEntry(CodePointClass cased, CodePointClass folded, int mapping)
        : this((uint)cased | ((uint)folded << 2) | ((uint)mapping << 4))
    {
    }

    /// <summary>A Hangul syllable, which decomposes by arithmetic instead of by a table.</summary>
    public static CodePointEntry HangulSyllable => new(CodePointClass.Letter, CodePointClass.Letter, Hangul);

    public CodePointClass Cased => (CodePointClass)(Bits & 3);

    public CodePointClass Folded => (CodePointClass)((Bits >> 2) & 3);

    public bool IsHangulSyllable => Mapping == Hangul;

    /// <summary>Whether folding replaces it by <see cref="CodePointTable.TargetsOf"/>.</summary>
    public bool IsMapped => Mapping > Hangul;

    public int Mapping => (int)(Bits >> 4);
}
