using System.Globalization;
using System.Text.Json;
using Sluice.Inference.Tokenization;

namespace Inference.Tests.Tokenization;

/// <summary>The generated tables against the reference's <c>codepoints.json</c>, code point by code point.</summary>
public sealed class CodePointTableTests
{
    private static readonly JsonElement Reference =
        JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("vectors/wordpiece/codepoints.json"))).RootElement;

    [Fact]
    public void Every_code_point_is_classified_as_the_reference_does()
    {
        HashSet<int> dropped = Set("clean_drop"), spaces = Set("clean_space"), ideographs = Set("cjk"), marks = Set("mark_drop"),
            punctuation = Set("punctuation");
        Dictionary<int, int[]> mapped = Mapped();
        List<string> wrong = [];
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            CodePointEntry entry = CodePointTable.Of(codePoint);
            CodePointClass Classify(int final, bool strip) =>
                dropped.Contains(codePoint) ? CodePointClass.Dropped
                : spaces.Contains(codePoint) ? CodePointClass.Space
                : ideographs.Contains(codePoint) ? CodePointClass.Isolated
                : strip && marks.Contains(final) ? CodePointClass.Dropped
                : punctuation.Contains(final) ? CodePointClass.Isolated
                : CodePointClass.Letter;
            int first = mapped.TryGetValue(codePoint, out int[]? targets) ? targets[0] : codePoint;
            if (entry.Cased != Classify(codePoint, strip: false) || entry.Folded != Classify(first, strip: true))
            {
                wrong.Add($"U+{codePoint:X4} is {entry.Cased}, folded {entry.Folded}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_code_point_becomes_what_the_reference_makes_of_it()
    {
        Dictionary<int, int[]> mapped = Mapped();
        List<string> wrong = [];
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            CodePointEntry entry = CodePointTable.Of(codePoint);
            ReadOnlySpan<int> actual = entry.IsMapped ? CodePointTable.TargetsOf(entry) : [];
            if (!actual.SequenceEqual(mapped.GetValueOrDefault(codePoint, [])))
            {
                wrong.Add($"U+{codePoint:X4}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Hangul_syllables_fall_into_their_jamo()
    {
        // The Unicode Standard, section 3.12, gives U+D4DB as its example; U+AC00 has no trailing consonant.
        Assert.Equal([0x1111, 0x1171, 0x11B6], Decompose(0xD4DB));
        Assert.Equal([0x1100, 0x1161], Decompose(0xAC00));
        Assert.Equal([0x1112, 0x1175, 0x11C2], Decompose(0xD7A3));
        Assert.True(CodePointTable.Of(0xAC00).IsHangulSyllable && CodePointTable.Of(0xD7A3).IsHangulSyllable);
        Assert.False(CodePointTable.Of(0xABFF).IsHangulSyllable || CodePointTable.Of(0xD7A4).IsHangulSyllable);
    }

    [Fact]
    public void No_code_point_becomes_more_tokens_than_it_has_bytes()
    {
        for (int codePoint = 0x80; codePoint <= 0x10FFFF; codePoint++)
        {
            CodePointEntry entry = CodePointTable.Of(codePoint);
            int bytes = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            Assert.True(!entry.IsMapped || CodePointTable.TargetsOf(entry).Length <= bytes, $"U+{codePoint:X4}");
        }
    }

    private static int[] Decompose(int syllable)
    {
        int[] jamo = new int[3];
        return jamo[..HangulSyllables.Decompose(syllable, jamo)];
    }

    private static Dictionary<int, int[]> Mapped() => Reference.GetProperty("mapped").EnumerateObject()
        .Where(entry => entry.Value.GetString()!.Length > 0)
        .ToDictionary(entry => Hex(entry.Name), entry => entry.Value.GetString()!.Split(' ').Select(Hex).ToArray());

    private static HashSet<int> Set(string name) =>
    [
        .. Reference.GetProperty(name).EnumerateArray().Select(range => range.GetString()!.Split('-')).SelectMany(range =>
            Enumerable.Range(Hex(range[0]), Hex(range[^1]) - Hex(range[0]) + 1)),
    ];

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
