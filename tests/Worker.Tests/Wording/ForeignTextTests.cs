using Sluice.Worker.Wording;

namespace Worker.Tests.Wording;

/// <summary>Whatever others write, a message holds few characters of it, and none that a terminal obeys.</summary>
public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("com.example.Größe 😀", "com.example.Größe 😀")]
    [InlineData("a\r\nb\tc", "a  b c")]
    [InlineData("FORGED \u001b[2J\u0007", @"FORGED \u001B[2J\u0007")]
    [InlineData("\u0085\u009b31m\u007f", @"\u0085\u009B31m\u007F")]
    [InlineData("gpj.\u202eexe\u2028x", @"gpj.\u202Eexe\u2028x")]
    public void It_is_one_line_without_what_a_terminal_obeys(string text, string line) => Assert.Equal(line, ForeignText.OneLine(text));

    [Fact]
    public void What_is_long_is_cut_and_the_rest_is_counted() =>
        Assert.Equal($"{new string('n', 80)}... (3,999,920 more characters)", ForeignText.OneLine(new string('n', 4_000_000)));

    [Fact]
    public void What_is_just_short_enough_is_whole() => Assert.Equal(new string('n', 80), ForeignText.OneLine(new string('n', 80)));

    [Fact]
    public void Half_a_character_is_told_as_one() => Assert.Equal(@"half \uD83D of one", ForeignText.OneLine("half \ud83d of one"));

    [Fact]
    public void Neither_a_character_nor_an_escape_is_cut_in_two()
    {
        Assert.Equal("abc... (2 more characters)", ForeignText.OneLine("abc😀", 4));
        Assert.Equal("abc... (1 more characters)", ForeignText.OneLine("abc\u001b", 8));
        Assert.Equal("abc😀", ForeignText.OneLine("abc😀", 5));
    }

    [Fact]
    public void Escapes_count_for_what_they_take()
    {
        string line = ForeignText.OneLine(new string('\u001b', 10_000), 300);
        Assert.Equal(@"\u001B", line[..6]);
        Assert.EndsWith("... (9,950 more characters)", line, StringComparison.Ordinal);
    }
}
