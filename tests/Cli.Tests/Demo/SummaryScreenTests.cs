using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;
using Sluice.Inference.Batching;
using Spectre.Console;

namespace Cli.Tests.Demo;

/// <summary>The end of the demo, drawn at the widths that terminals have, for a run of the size of the real one.</summary>
public sealed class SummaryScreenTests
{
    public static TheoryData<int> Widths => [60, 80, 100, 120, 200];

    [Theory]
    [MemberData(nameof(Widths))]
    public void It_ends_with_the_verdict_and_the_figures_of_delivery(int width) => Assert.EndsWith(
        "✓ Every one of 1,208 documents got exactly one label. "
            + "0 lost, 0 duplicated, 0 dead-lettered; 1,240 of 1,240 (32 warm-up) committed",
        string.Join(' ', Drawn(SomeReport(), width).TakeLast(3).Select(line => line.Trim())), StringComparison.Ordinal);

    [Fact]
    public void A_run_that_failed_ends_with_what_was_lost()
    {
        DemoReport failed = SomeReport() with
        {
            Counts = new LedgerCounts(1208, 1208, 1207, 0, 0, 0, 1190, 370_000),
            Committed = (1239, 1240),
        };
        Assert.Equal(
            ["✗ Not every document got exactly one label: 1 lost, 0 duplicated, 0 unexpected.",
                "  1 lost, 0 duplicated, 0 dead-lettered; 1,239 of 1,240 (32 warm-up) committed"],
            Drawn(failed, 100).TakeLast(2));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_line_is_wider_than_the_terminal_and_no_title_is_cut(int width)
    {
        string[] lines = Drawn(SomeReport(), width);
        string text = string.Join('\n', lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.DoesNotContain('…', text);
        Assert.DoesNotContain("...", text, StringComparison.Ordinal);
        string[] titles = ["delivery", "speed", "accuracy", "tokens in a document", "batches: documents × longest", "CPU time by step"];
        Assert.All(titles, title => Assert.Contains($"─ {title} ─", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80, 38)]
    [InlineData(100, 36)] // of 40 rows, four are what came before
    [InlineData(120, 30)]
    public void Panels_stand_side_by_side_where_there_is_room(int width, int rows) =>
        Assert.InRange(Drawn(SomeReport(), width).Length, 20, rows);

    private static string[] Drawn(DemoReport report, int width)
    {
        using StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        console.Write(SummaryScreen.Of(report, width));
        return [.. written.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }

    private static DemoReport SomeReport()
    {
        Outcome[] outcomes = [.. Enumerable.Range(0, 1208).Select(i => new Outcome(
            $"{i}", i < 829 ? "ham" : "spam", i % 100 == 0 ? "spam" : "ham", null, 5 + (i * 507 / 1207), i > 1000, 0, 10))];
        BatchStatistics batches = new();
        foreach (int length in new[] { 16, 32, 64, 128, 256, 512 })
            foreach (int rows in new[] { 1, 2, 4 })
                batches.Note(BatchShape.Of([.. Enumerable.Repeat(length, rows)]), predictedMs: 30_000, measuredMs: 33_000);
        return ReportTests.SomeReport() with
        {
            Counts = new LedgerCounts(1208, 1208, 1208, 0, 0, 0, 1190, 370_000),
            Elapsed = TimeSpan.FromSeconds(35),
            Confusion = new Confusion(outcomes),
            Lengths = LengthHistogram.Of(outcomes),
            Worker = new WorkerFigures(1208, 370_000, batches.Read(),
                [.. new[] { "consume", "decode", "batch", "infer", "publish", "commit" }.Select(step => (step, TimeSpan.FromSeconds(11)))],
                TimeSpan.FromSeconds(70)),
            Pace = [.. Enumerable.Range(1, 23).Select(part => (double)part)],
            Committed = (1240, 1240),
        };
    }
}
