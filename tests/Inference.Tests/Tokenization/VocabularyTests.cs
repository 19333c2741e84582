using System.Text;
using Sluice.Inference.Tokenization;

namespace Inference.Tests.Tokenization;

public sealed class VocabularyTests
{
    private const string Special = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";

    [Fact]
    public void Every_token_of_the_reference_has_its_line_for_id()
    {
        string path = GoldenData.PathOf("vectors/wordpiece/vocab.txt");
        Vocabulary vocabulary = Vocabulary.Load(path);
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(30_522, vocabulary.Count);
        for (int line = 0; line < lines.Length; line++)
        {
            Assert.True(vocabulary.TryGetId(Encoding.UTF8.GetBytes(lines[line]), out int id) && id == line, lines[line]);
            Assert.Equal(lines[line], vocabulary.TextOf(line));
        }
    }

    [Fact]
    public void A_prefix_of_a_token_is_no_token()
    {
        Vocabulary vocabulary = Vocabulary.Parse(Encoding.UTF8.GetBytes(Special + "abcdef\n"));
        Assert.False(vocabulary.TryGetId("abc"u8, out _));
        Assert.False(vocabulary.TryGetId("abcdefg"u8, out _));
        Assert.False(vocabulary.TryGetId(""u8, out _));
    }

    [Fact]
    public void Lines_may_end_with_CRLF_and_the_last_without_an_end() =>
        Assert.True(Vocabulary.Parse("[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nlast"u8).TryGetId("last"u8, out int id) && id == 4);

    [Theory]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n", "[SEP]")]
    [InlineData("[PAD]\n[CLS]\n[SEP]\n", "[UNK]")]
    [InlineData("", "[PAD]")]
    [InlineData(Special + "\nnext\n", "Line 5 is empty")]
    [InlineData(Special + "one\ntwo\none\n", "Line 7 repeats the token 'one' of line 5")]
    [InlineData(Special + "o\0e\n", "Line 5 is not UTF-8")]
    public void A_file_that_is_no_vocabulary_is_refused_by_what_is_wrong(string content, string named) =>
        Assert.Contains(named, Assert.Throws<VocabularyException>(() => Vocabulary.Parse(Encoding.UTF8.GetBytes(content))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_line_that_is_not_UTF8_is_refused() =>
        Assert.Contains("Line 5",
            Assert.Throws<VocabularyException>(() => Vocabulary.Parse([.. Encoding.UTF8.GetBytes(Special), 0xC3, 0x28, 0x0A])).Message,
                StringComparison.Ordinal);
}
