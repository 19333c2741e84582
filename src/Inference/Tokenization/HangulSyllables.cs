namespace Sluice.Inference.Tokenization;

/// <summary>
/// Decomposes Hangul syllables into conjoining jamo (The Unicode Standard, section 3.12, "Hangul Syllable Decomposition").
/// </summary>
internal static class HangulSyllables
{
    public const int First = 0xAC00;
    public const int Count = 19 * Vowels * Trails;

    /// <summary>Most code points that a syllable becomes.</summary>
    public const int MaxJamo = 3;

    private const int Vowels = 21;
    private const int Trails = 28;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeFirstTrail = 0x11A7;

    /// <param name="syllable">In U+AC00..U+D7A3.</param>
    /// <param name="jamo">Receives 2 or 3 code points; room for <see cref="MaxJamo"/>.</param>
    /// <returns>How many.</returns>
    public static int Decompose(int syllable, Span<int> jamo)
    {
        int index = syllable - First;
        jamo[0] = FirstLead + (index / (Vowels * Trails));
        jamo[1] = FirstVowel + (index / Trails % Vowels);
        int trail = index % Trails;
        if (trail == 0)
        {
            return 2;
        }

        jamo[2] = BeforeFirstTrail + trail;
        return 3;
    }
}
