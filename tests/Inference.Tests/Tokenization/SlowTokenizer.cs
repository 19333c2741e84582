using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Inference.Tests.Tokenization;

/// <summary>The oracle: WordPiece by the words of <c>docs/decisions/0002-own-wordpiece-tokenizer.md</c>, on strings, straight from
/// <c>codepoints.json</c> and <c>vocab.txt</c>.</summary>
/// <param name="lowercase">Uncased or cased.</param>
internal sealed class SlowTokenizer(bool lowercase)
{
    private static readonly JsonElement CodePoints =
        JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("vectors/wordpiece/codepoints.json"))).RootElement;
    private static readonly HashSet<int> Dropped = Set("clean_drop"), Spaces = Set("clean_space"), Ideographs = Set("cjk"),
        Punctuation = Set("punctuation"), Marks = Set("mark_drop");
    private static readonly Dictionary<int, int[]> Mapped = CodePoints.GetProperty("mapped").EnumerateObject()
        .Where(e => e.Value.GetString()!.Length > 0).ToDictionary(e => Hex(e.Name), e =>
            e.Value.GetString()!.Split(' ').Select(Hex).ToArray());
    private static readonly Dictionary<string, int> Ids = File.ReadLines(GoldenData.PathOf("vectors/wordpiece/vocab.txt"))
        .Select((token, id) => (token, id)).ToDictionary(p => p.token, p => p.id);

    public int[] Split(string text) => [.. Words(Normalize(text)).SelectMany(Pieces)];

    private IEnumerable<int> Normalize(string text)
    {
        IEnumerable<int> clean = text.EnumerateRunes().Select(r => r.Value).Where(c => !Dropped.Contains(c)).Select(c =>
            Spaces.Contains(c) ? ' ' : c);
        IEnumerable<int> apart = clean.SelectMany(c => Ideographs.Contains(c) ? new[] { ' ', c, ' ' } : [c]);
        return lowercase ? apart.SelectMany(Fold).Where(c => !Marks.Contains(c)) : apart;
    }

    private static int[] Fold(int c)
    {
        if (c is < 0xAC00 or > 0xD7A3)
        {
            return Mapped.GetValueOrDefault(c, [c]);
        }

        int s = c - 0xAC00;
        return s % 28 == 0
            ? [0x1100 + (s / 588), 0x1161 + (s % 588 / 28)]
            : [0x1100 + (s / 588), 0x1161 + (s % 588 / 28), 0x11A7 + (s % 28)];
    }

    private static IEnumerable<int[]> Words(IEnumerable<int> text)
    {
        List<int> word = [];
        foreach (int c in text.Append(' '))
        {
            if (c != ' ' && !Punctuation.Contains(c))
            {
                word.Add(c);
                continue;
            }

            if (word.Count > 0)
            {
                yield return [.. word];
            }

            word.Clear();
            if (c != ' ')
            {
                yield return [c];
            }
        }
    }

    private static IEnumerable<int> Pieces(int[] word)
    {
        List<int> pieces = [];
        for (int start = 0; start < word.Length && word.Length <= 100;)
        {
            int end = word.Length;
            while (end > start && !Ids.ContainsKey(Token(word, start, end)))
            {
                end--;
            }

            if (end == start)
            {
                return [Ids["[UNK]"]];
            }

            pieces.Add(Ids[Token(word, start, end)]);
            start = end;
        }

        return word.Length > 100 ? [Ids["[UNK]"]] : pieces;
    }

    private static string Token(int[] word, int start, int end)
    {
        StringBuilder token = new(start > 0 ? "##" : "");
        foreach (int c in word.AsSpan(start, end - start))
        {
            token.Append(new Rune(c).ToString());
        }

        return token.ToString();
    }

    private static HashSet<int> Set(string name) =>
    [
        .. CodePoints.GetProperty(name).EnumerateArray().Select(r => r.GetString()!.Split('-')).SelectMany(r =>
            Enumerable.Range(Hex(r[0]), Hex(r[^1]) - Hex(r[0]) + 1)),
    ];

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
