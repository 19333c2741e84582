using System.Text;
using Sluice.Inference.Tokenization;

namespace Inference.Tests.Tokenization;

/// <summary>Every line of the reference's vectors: ids, offsets, truncation, with special-token literals parsed and plain.</summary>
public sealed class WordPieceVectorTests
{
    private static readonly Vocabulary Vocabulary = Vocabulary.Load(GoldenData.PathOf("vectors/wordpiece/vocab.txt"));
    private static readonly WordPieceTokenizer Parsing = new(Vocabulary, new WordPieceOptions { ParseSpecialTokens = true });
    private static readonly WordPieceTokenizer Plain = new(Vocabulary, new WordPieceOptions());

    /// <summary>The lines in the repository, and those over texts that must be named.</summary>
    public enum Source
    {
        Repository,
        Named,
    }

    [Fact]
    public void The_vectors_are_all_there() => Assert.Equal(1855, Cases(Source.Repository).Count);

    [Theory]
    [InlineData(Source.Repository)]
    [InlineData(Source.Named)]
    public void Ids_and_offsets_with_special_literals_equal_the_reference(Source source) =>
        AssertAll(Cases(source), c => c.Ids, c => Split(Parsing, c.Text).Ids, c => c.Offsets_utf16, c => Split(Parsing, c.Text).Offsets);

    [Theory]
    [InlineData(Source.Repository)]
    [InlineData(Source.Named)]
    public void Ids_and_offsets_of_plain_text_equal_the_reference(Source source) =>
        AssertAll(Cases(source), c => c.Ids_plain ?? c.Ids, c => Split(Plain, c.Text).Ids,
            c => c.Offsets_plain_utf16 ?? c.Offsets_utf16, c => Split(Plain, c.Text).Offsets);

    [Theory]
    [InlineData(Source.Repository)]
    [InlineData(Source.Named)]
    public void Truncation_to_16_equals_the_reference(Source source) =>
        AssertAll(Cases(source), c => c.Ids_max16, c => Encode(Parsing, c.Text, 16), _ => [], _ => []);

    [Fact]
    public void Plain_text_holds_none_of_the_ids_that_it_names() =>
        Assert.All(
            Cases(Source.Repository).Where(c => c.Ids_plain is not null),
            c => Assert.DoesNotContain(Split(Plain, c.Text).Ids, id => id == Vocabulary.Separator || id == Vocabulary.Classify
                || id == Vocabulary.Pad));

    private static IReadOnlyList<WordPieceCase> Cases(Source source) =>
        source == Source.Repository ? WordPieceVectors.Load() : WordPieceVectors.LoadNamed();

    private static void AssertAll(
        IReadOnlyList<WordPieceCase> cases, Func<WordPieceCase, int[]> ids, Func<WordPieceCase, int[]> actualIds, Func<WordPieceCase,
            int[][]> offsets, Func<WordPieceCase, int[][]> actualOffsets)
    {
        List<string> wrong = [];
        foreach (WordPieceCase line in cases)
        {
            string expected = Show(ids(line), offsets(line));
            string actual = Show(actualIds(line), actualOffsets(line));
            if (expected != actual)
            {
                wrong.Add($"{line.Kind}: \"{line.Text}\"\n  expected {expected}\n  actual   {actual}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases.Count} lines differ:\n{string.Join('\n', wrong.Take(20))}");
    }

    private static string Show(int[] ids, int[][] offsets) =>
        $"{string.Join(' ', ids)} {string.Join(' ', offsets.Select(o => $"{o[0]}-{o[1]}"))}";

    private static int[] Encode(WordPieceTokenizer tokenizer, string text, int max)
    {
        int[] ids = new int[max];
        return ids[..tokenizer.Encode(Encoding.UTF8.GetBytes(text), ids).Count];
    }

    private static (int[] Ids, int[][] Offsets) Split(WordPieceTokenizer tokenizer, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        int[] ids = new int[utf8.Length];
        (int Start, int End)[] offsets = new (int, int)[utf8.Length];
        OffsetSink sink = new(ids, offsets);
        tokenizer.Split(utf8, ref sink);
        return (ids[..sink.Count], [.. offsets[..sink.Count].Select(o => new[] { Utf16(o.Start), Utf16(o.End) })]);
        int Utf16(int at) => Encoding.UTF8.GetCharCount(utf8, 0, at);
    }
}
