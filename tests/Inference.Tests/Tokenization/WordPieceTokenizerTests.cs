using System.Text;
using Sluice.Inference.Tokenization;

namespace Inference.Tests.Tokenization;

public sealed class WordPieceTokenizerTests
{
    private static readonly Vocabulary Vocabulary = Vocabulary.Load(GoldenData.PathOf("vectors/wordpiece/vocab.txt"));
    private static readonly WordPieceTokenizer Tokenizer = new(Vocabulary, new WordPieceOptions());

    [Fact]
    public void Empty_text_is_CLS_and_SEP()
    {
        int[] ids = new int[8];
        Assert.Equal(new TokenCount(2, false), Tokenizer.Encode([], ids));
        Assert.Equal([Vocabulary.Classify, Vocabulary.Separator], ids[..2]);
    }

    [Fact]
    public void Room_for_less_than_CLS_and_SEP_is_refused() => Assert.Throws<ArgumentException>(() => Tokenizer.Encode("a"u8, new int[1]));

    [Fact]
    public void Text_that_just_fits_is_not_truncated()
    {
        Assert.Equal(new TokenCount(4, false), Tokenizer.Encode("one two \u200B \n"u8, new int[4]));
        Assert.Equal(new TokenCount(4, true), Tokenizer.Encode("one two \u200B \n."u8, new int[4]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("я")]
    [InlineData("e\u0301\0")]
    public void A_huge_word_is_one_unknown_token_and_ends_where_it_ends(string letter)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(letter, 100_000)) + " end");
        int[] ids = new int[4];
        Assert.Equal(new TokenCount(4, false), Tokenizer.Encode(text, ids));
        Assert.Equal(["[CLS]", "[UNK]", "end", "[SEP]"], ids.Select(Vocabulary.TextOf));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\0")]
    [InlineData("\u200B\u3000\t")]
    public void What_lies_between_words_may_be_huge(string blank)
    {
        byte[] text = Encoding.UTF8.GetBytes(" one " + string.Concat(Enumerable.Repeat(blank, 100_000)) + "end");
        int[] ids = new int[4];
        Assert.Equal(new TokenCount(4, false), Tokenizer.Encode(text, ids));
        Assert.Equal(["[CLS]", "one", "end", "[SEP]"], ids.Select(Vocabulary.TextOf));
    }

    [Fact]
    public void A_cased_tokenizer_keeps_case_and_accents()
    {
        Vocabulary cased = Vocabulary.Parse("[PAD]\n[UNK]\n[CLS]\n[SEP]\nHello\nhello\nCafé\ncafe\n"u8);
        WordPieceTokenizer tokenizer = new(cased, new WordPieceOptions { Lowercase = false });
        int[] ids = new int[8];
        int count = tokenizer.Encode("Hello hello Café CAFÉ"u8, ids).Count;
        Assert.Equal([2, 4, 5, 6, 1, 3], ids[..count]);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        byte[] text = Encoding.UTF8.GetBytes("Plain words, unaffable tokenizationality; Crème brûlée 日本語 가힣 \u200B [SEP] "
            + new string('x', 300) + "\uFFFD😀 " + new string(' ', 99));
        byte[] broken = [.. text, 0xFF, 0xC3];
        int[] ids = new int[256];
        (int, int)[] offsets = new (int, int)[256];
        OffsetSink warm = new(ids, offsets);
        Tokenizer.Split(broken, ref warm);
        Tokenizer.Encode(broken, ids);
        Assert.Equal(0, Allocations.Of(() =>
        {
            OffsetSink sink = new(ids, offsets);
            Tokenizer.Split(broken, ref sink);
            Tokenizer.Encode(broken, ids);
        }));
    }

    [Fact]
    public void Threads_share_one_tokenizer()
    {
        byte[][] texts = [.. Enumerable.Range(0, 64).Select(seed => Encoding.UTF8.GetBytes(HostileText.Next(new Random(seed))))];
        string[] alone = [.. texts.Select(Encode)];
        Parallel.For(0, 2_000, round => Assert.Equal(alone[round % 64], Encode(texts[round % 64])));
        static string Encode(byte[] text)
        {
            int[] ids = new int[64];
            return string.Join(' ', ids[..Tokenizer.Encode(text, ids).Count]);
        }
    }
}
