namespace Sluice.Inference.Tokenization;

/// <summary>Turns places in UTF-8 into places in the same text as UTF-16, as .NET and JavaScript count them.</summary>
internal readonly struct Utf16Offsets
{
    private readonly int[] _at;

    /// <param name="utf8">Well-formed text.</param>
    public Utf16Offsets(ReadOnlySpan<byte> utf8)
    {
        _at = new int[utf8.Length + 1];
        int units = 0;
        for (int at = 0; at < utf8.Length; at++)
        {
            _at[at] = units;
            units += utf8[at] switch { < 0x80 => 1, < 0xC0 => 0, < 0xF0 => 1, _ => 2 };
        }

        _at[^1] = units;
    }

    /// <param name="utf8Offset">Where a character begins, or the text ends.</param>
    public int At(int utf8Offset) => _at[utf8Offset];
}
