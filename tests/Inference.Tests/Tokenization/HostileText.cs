using System.Text;

namespace Inference.Tests.Tokenization;

/// <summary>
/// Texts that no one would write: real words, marks, ideographs, syllables, dropped characters, literals, any code point at all, and (in
/// bytes) broken UTF-8.
/// </summary>
internal static class HostileText
{
    private static readonly string[] Bits =
    [
        "the", "unaffable", "Tokenization", "a", "[SEP]", "[CLS", "##ing", "é", "e\u0301", "Σ", "ß", "İ", "日", "語", "가", "힣", "\u200B",
            "\u0000", "\u00AD", " ", "  ", "\t", "\u3000",
        "\u2028", "\uFFFD", "😀", "𝒐", "\U0001D160", "\U0002B820", "\u302E", "’", "≠", "1999", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    /// <summary>Well-formed text.</summary>
    public static string Next(Random random)
    {
        StringBuilder text = new();
        for (int bits = random.Next(24); bits > 0; bits--)
        {
            text.Append(random.Next(4) == 0 ? AnyRune(random).ToString() : Bits[random.Next(Bits.Length)]);
            text.Append(random.Next(3) == 0 ? " " : "");
        }

        return text.ToString();
    }

    /// <summary>The same with bytes lost, changed, and thrown in.</summary>
    public static byte[] NextBroken(Random random)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(Next(random))];
        for (int faults = random.Next(5); faults > 0; faults--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(3))
            {
                case 0 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(0x80, 0x100));
                    break;
            }
        }

        return [.. bytes];
    }

    private static Rune AnyRune(Random random)
    {
        while (true)
        {
            int limit = random.Next(3) switch { 0 => 0x500, 1 => 0x10000, _ => 0x110000 };
            if (Rune.TryCreate(random.Next(limit), out Rune rune))
            {
                return rune;
            }
        }
    }
}
