using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Tokenization;

namespace Inference.Tests.Tokenization;

public sealed class WordPieceProperties
{
    private static readonly Vocabulary Vocabulary = Vocabulary.Load(GoldenData.PathOf("vectors/wordpiece/vocab.txt"));
    private static readonly WordPieceTokenizer Uncased = new(Vocabulary, new WordPieceOptions());
    private static readonly WordPieceTokenizer Cased = new(Vocabulary, new WordPieceOptions { Lowercase = false });
    private static readonly WordPieceTokenizer Parsing = new(Vocabulary, new WordPieceOptions { ParseSpecialTokens = true });

    [Fact]
    public void Agrees_with_the_slow_tokenizer_on_any_text()
    {
        SlowTokenizer uncased = new(lowercase: true), cased = new(lowercase: false);
        ForAny(2_000, random =>
        {
            string text = HostileText.Next(random);
            Assert.Equal(uncased.Split(text), Ids(Uncased, Encoding.UTF8.GetBytes(text)));
            Assert.Equal(cased.Split(text), Ids(Cased, Encoding.UTF8.GetBytes(text)));
        });
    }

    [Fact]
    public void Broken_utf8_is_read_as_if_each_broken_part_were_U_FFFD() => ForAny(20_000, random =>
    {
        byte[] broken = HostileText.NextBroken(random);
        byte[] mended = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(broken));
        Assert.Equal(Ids(Parsing, mended), Ids(Parsing, broken));
    });

    [Fact]
    public void Random_bytes_never_crash() => ForAny(20_000, random =>
    {
        byte[] bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        Assert.All(Ids(Parsing, bytes), id => Assert.InRange(id, 0, Vocabulary.Count - 1));
    });

    [Fact]
    public void Truncation_keeps_a_prefix_and_says_so() => ForAny(5_000, random =>
    {
        byte[] text = HostileText.NextBroken(random);
        int[] all = Ids(Uncased, text);
        int[] ids = new int[random.Next(2, 40)];
        TokenCount count = Uncased.Encode(text, ids);
        int[] expected = [Vocabulary.Classify, .. all.Take(ids.Length - 2), Vocabulary.Separator];
        Assert.Equal(expected, ids[..count.Count]);
        Assert.Equal(all.Length > ids.Length - 2, count.Truncated);
    });

    [Fact]
    public void Offsets_are_whole_characters_in_order_and_change_no_id() => ForAny(5_000, random =>
    {
        byte[] text = Encoding.UTF8.GetBytes(HostileText.Next(random));
        (int Start, int End)[] offsets = new (int, int)[text.Length];
        int[] ids = new int[text.Length];
        OffsetSink sink = new(ids, offsets);
        Parsing.Split(text, ref sink);
        Assert.Equal(Ids(Parsing, text), ids[..sink.Count]);
        (int Start, int End) last = default;
        foreach ((int start, int end) in offsets[..sink.Count])
        {
            Assert.True(start < end && start >= last.Start && end >= last.End, $"[{start}, {end}) after [{last.Start}, {last.End})");
            Assert.True(IsBoundary(text, start) && IsBoundary(text, end));
            last = (start, end);
        }
    });

    [Fact]
    public void Pieces_are_joined_as_by_white_space() => ForAny(5_000, random =>
    {
        byte[] first = HostileText.NextBroken(random), second = HostileText.NextBroken(random);
        int room = random.Next(2, 60);
        int[] whole = new int[room], joined = new int[room];
        TokenCount expected = Uncased.Encode([.. first, (byte)' ', .. second], whole);
        TokenWriter writer = new(Uncased, joined);
        writer.Append(first);
        writer.Append(second);
        Assert.Equal(expected, writer.Finish());
        Assert.Equal(whole, joined);
    });

    private static void ForAny(int tests, Action<Random> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            check(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    private static bool IsBoundary(byte[] text, int at) => at == text.Length || (text[at] & 0xC0) != 0x80;

    private static int[] Ids(WordPieceTokenizer tokenizer, byte[] text)
    {
        int[] ids = new int[text.Length];
        IdSink sink = new(ids);
        tokenizer.Split(text, ref sink);
        Assert.False(sink.Truncated, "more tokens than bytes");
        return ids[..sink.Count];
    }
}
