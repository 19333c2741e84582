using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;
using Spectre.Console;

namespace Cli.Tests.Demo;

public sealed class ViewTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "████")]
    [InlineData(0.5, "██")]
    [InlineData(0.53125, "██▏")]
    [InlineData(7, "████")]
    [InlineData(double.NaN, "")]
    public void A_bar_is_drawn_to_an_eighth_of_a_character(double share, string wanted) => Assert.Equal(wanted, Bar.Of(share, 4));

    [Fact]
    public void A_curve_begins_at_zero() => Assert.Equal("▁▅█", Bar.Curve([0, 4, 8]));

    [Fact]
    public void A_curve_of_nothing_is_flat() => Assert.Equal("▁▁", Bar.Curve([0, 0]));

    [Fact]
    public void The_live_screen_fits_a_terminal_of_80_columns()
    {
        var counts = new LedgerCounts(Documents: 100_000, Sent: 99_999, Labelled: 99_990, 0, 0, 0, Correct: 99_000, Tokens: 30_000_000);
        var now = new DemoStatus(counts, TimeSpan.FromMinutes(5), 1234.5, 123_456, new Percentiles(1234, 2345, 3456), Batches: 90_000);
        var curve = new LiveCurve();
        foreach (int second in Enumerable.Range(0, 100)) curve.Add(second, TimeSpan.FromSeconds(second));
        using var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 80;

        console.Write(LiveScreen.Of(now, curve));

        string[] rows = [.. written.ToString().Split('\n').Select(line => line.Trim('│', ' ', '\r'))];
        Assert.Equal(
            ["sent", "labelled", "documents/s", "tokens/s", "lag", "latency", "accuracy", "time"],
            rows.Where(row => row.Length > 0 && row[0] is not ('╭' or '╰')).Select(row => row.Split(' ')[0]));
        Assert.Contains(rows, row => row.EndsWith("99,990 / 100,000", StringComparison.Ordinal));
    }

    [Fact]
    public void The_unfilled_part_of_a_progress_bar_can_be_told_without_colours()
    {
        var counts = new LedgerCounts(Documents: 100, Sent: 50, Labelled: 25, 0, 0, 0, Correct: 25, Tokens: 1000);
        using var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 80;

        console.Write(LiveScreen.Of(new DemoStatus(counts, TimeSpan.Zero, 0, 0, new Percentiles(1, 2, 3), 1), new LiveCurve()));

        Assert.Contains($"{new string('█', 20)}{new string('░', 20)} 50 / 100", written.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{new string('█', 10)}{new string('░', 30)} 25 / 100", written.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, "0.4 ms")]
    [InlineData(12, "12 ms")]
    [InlineData(1500, "1.50 s")]
    [InlineData(65_000, "65.0 s")]
    [InlineData(300_000, "5 min 0 s")]
    public void Times_have_their_unit(double milliseconds, string wanted) => Assert.Equal(wanted, Numbers.Milliseconds(milliseconds));
}
