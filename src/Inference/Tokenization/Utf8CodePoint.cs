using System.Text;

namespace Sluice.Inference.Tokenization;

/// <summary>Reads code points from UTF-8 that may be broken.</summary>
internal static class Utf8CodePoint
{
    /// <summary>Reads the code point at the front of <paramref name="utf8"/>.</summary>
    /// <param name="utf8">Not empty; begins with a byte from 0x80.</param>
    /// <param name="codePoint">The code point, or <see cref="CodePointTable.Replacement"/> for each maximal broken part, as
    /// <see cref="Rune"/> has it.</param>
    /// <returns>Bytes read, 1 to 4.</returns>
    public static int Read(ReadOnlySpan<byte> utf8, out int codePoint)
    {
        // The two commonest shapes, checked in full; all else, and all that is broken, is left to Rune.
        if (utf8.Length >= 2 && utf8[0] is >= 0xC2 and < 0xE0 && IsTrail(utf8[1]))
        {
            codePoint = ((utf8[0] & 0x1F) << 6) | (utf8[1] & 0x3F);
            return 2;
        }

        if (utf8.Length >= 3 && utf8[0] is > 0xE0 and < 0xED && IsTrail(utf8[1]) && IsTrail(utf8[2]))
        {
            codePoint = ((utf8[0] & 0x0F) << 12) | ((utf8[1] & 0x3F) << 6) | (utf8[2] & 0x3F);
            return 3;
        }

        Rune.DecodeFromUtf8(utf8, out Rune rune, out int length);
        codePoint = rune.Value;
        return length;
    }

    private static bool IsTrail(byte value) => (value & 0xC0) == 0x80;
}
