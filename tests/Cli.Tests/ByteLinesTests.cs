using System.Text;
using Sluice.Cli;

namespace Cli.Tests;

public sealed class ByteLinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    [InlineData(70_000)]
    public void A_line_that_comes_in_pieces_is_one_line(int piece)
    {
        string[] texts = [.. new[] { 1, 70_000, 3, 40_000, 2 }.Select(length => new string('x', length))];
        var input = new PieceStream(Encoding.UTF8.GetBytes(string.Join('\n', texts)), piece);
        Assert.Equal(texts, ByteLines.Read(input).Select(line => Encoding.UTF8.GetString(line.Span)));
    }

    [Fact]
    public void Blank_lines_ends_of_lines_and_a_byte_order_mark_are_passed_over()
    {
        var input = new MemoryStream([0xEF, 0xBB, 0xBF, .. "a\r\n\n \t\nb\xff"u8]);
        Assert.Equal<string>(["a", "bÿ"], ByteLines.Read(input).Select(line => Encoding.UTF8.GetString(line.Span)));
    }

    [Fact]
    public void A_line_has_the_number_that_an_editor_shows() =>
        Assert.Equal([1L, 4, 6], ByteLines.ReadNumbered(new MemoryStream([.. "a\n\n \nb\r\n\nc"u8])).Select(line => line.Number));
}
