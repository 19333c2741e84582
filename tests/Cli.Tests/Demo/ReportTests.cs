using System.Text.Json;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;
using Sluice.Inference.Batching;
using Spectre.Console;

namespace Cli.Tests.Demo;

public sealed class ReportTests
{
    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        long[] ticks = [.. Enumerable.Range(1, 100).Select(i => (long)i).Reverse()];

        Assert.Equal(new Percentiles(50, 95, 99), Percentiles.Of(ticks, frequency: 1000));
        Assert.Equal(new Percentiles(7, 7, 7), Percentiles.Of([7], frequency: 1000));
        Assert.Equal(default, Percentiles.Of([], frequency: 1000));
    }

    [Fact]
    public void Confusion_counts_by_true_and_given_label()
    {
        var confusion = new Confusion([Outcome("ham", "ham"), Outcome("ham", "spam"), Outcome("spam", "spam"), Outcome("spam", null)]);

        Assert.Equal(["ham", "spam"], confusion.Labels);
        Assert.Equal((1, 1, 0, 1),
            (confusion["ham", "ham"], confusion["ham", "spam"], confusion["spam", "ham"], confusion["spam", "spam"]));
        Assert.Equal(2.0 / 3, confusion.Accuracy, 12);
    }

    [Fact]
    public void Every_length_falls_into_one_bar()
    {
        Outcome[] outcomes = [.. Enumerable.Range(1, 600).Select(tokens =>
            Outcome("ham", "ham") with { Tokens = tokens, Truncated = tokens > 512 })];
        LengthHistogram lengths = LengthHistogram.Of(outcomes);

        Assert.Equal(600, lengths.Bars.Sum(bar => bar.Documents));
        Assert.Equal(88, lengths.Truncated);
        Assert.Equal(("1-16", 16), (lengths.Name(0), lengths.Bars[0].Documents));
        Assert.Equal(("17-32", 16), (lengths.Name(1), lengths.Bars[1].Documents));
    }

    [Fact]
    public void The_json_has_exactly_these_keys()
    {
        using var stream = new MemoryStream();
        ReportJson.Write(SomeReport(), stream);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());

        Assert.Equal(
            ["documents", "lost", "not_sent", "duplicated", "documents_per_s", "tokens_per_s", "latency_ms", "accuracy", "confusion",
                "cpu_share",
                "batches"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["p50", "p95", "p99"], json.RootElement.GetProperty("latency_ms").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["decode", "infer", "other"],
            json.RootElement.GetProperty("cpu_share").EnumerateObject().Select(member => member.Name));
        Assert.Equal([1 / 12.0, 0.75, 1 / 6.0],
            json.RootElement.GetProperty("cpu_share").EnumerateObject().Select(member => member.Value.GetDouble()), (a, b) =>
                Math.Abs(a - b) < 1e-6);
        Assert.Equal(1, json.RootElement.GetProperty("confusion").GetProperty("ham").GetProperty("spam").GetInt32());
        Assert.Equal(1.5, json.RootElement.GetProperty("documents_per_s").GetDouble());
        Assert.Equal((2, 29.0 + 2),
            (json.RootElement.GetProperty("batches").GetProperty("count").GetInt32(),
                json.RootElement.GetProperty("batches").GetProperty("predicted_ms").GetDouble()));
    }

    [Theory]
    [InlineData(0, 0, 0, null, 0)]
    [InlineData(1, 0, 0, null, 1)]
    [InlineData(0, 1, 0, null, 1)]
    [InlineData(0, 0, 1, null, 1)]
    [InlineData(0, 0, 0, "it was stopped", 1)]
    public void Only_a_run_with_exactly_one_label_each_ends_well(int lost, int duplicated, int unexpected, string? cut, int exitCode) =>
        Assert.Equal(exitCode,
            (SomeReport() with { Counts = new LedgerCounts(3, 3, 3 - lost, 0, duplicated, unexpected, 2, 100), Cut = cut }).ExitCode);

    [Theory]
    [InlineData(120)]
    [InlineData(100)]
    [InlineData(40)]
    public void The_summary_fits_the_terminal(int width)
    {
        using var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        console.Write(SummaryScreen.Of(SomeReport(), width));

        Assert.All(written.ToString().Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= width, line));
        if (width >= 100)
            Assert.Contains("Every one of 3 documents got exactly one label.", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_plain_summary_has_no_colour_and_says_the_same()
    {
        string text = string.Join('\n', PlainSummary.Lines(SomeReport() with { Rejections = [("no-text: the body is null", 2)] }));

        Assert.DoesNotContain('\u001b', text);
        string[] all =
            ["exactly one label", "lost             0", "latency p99", "accuracy         66.67%", "2 x no-text", "infer 75.0%"];
        foreach (string words in all)
            Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_of_other_labels_than_the_model_s_is_told_as_none()
    {
        DemoReport report = SomeReport() with { HasAccuracy = false };
        using var stream = new MemoryStream();
        ReportJson.Write(report, stream);
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("accuracy").ValueKind);
        Assert.Contains("accuracy         not comparable", string.Join('\n', PlainSummary.Lines(report)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_label_can_be_shown_too()
    {
        DemoReport empty = SomeReport() with
        {
            Counts = new LedgerCounts(3, 0, 0, 0, 0, 0, 0, 0),
            Elapsed = TimeSpan.Zero,
            Confusion = new Confusion([]),
            Lengths = LengthHistogram.Of([]),
            Worker = new WorkerFigures(0, 0, new BatchStatistics().Read(), [("infer", TimeSpan.Zero)], TimeSpan.Zero),
            Pace = [],
            Cut = "it was stopped",
        };
        using var stream = new MemoryStream();
        ReportJson.Write(empty, stream);

        string text = string.Join('\n', PlainSummary.Lines(empty));
        Assert.Contains("ended early: it was stopped", text, StringComparison.Ordinal);
        Assert.Contains("lost             0\nnot sent         3\n", text, StringComparison.Ordinal);
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }).Write(SummaryScreen.Of(empty, 120));
    }

    private static Outcome Outcome(string trueLabel, string? label) => new("id", trueLabel, label, null, 40, false, 0, 10);

    private static BatchTotals SomeBatches()
    {
        BatchStatistics statistics = new();
        statistics.Note(BatchShape.Lone(40), predictedMs: 9, measuredMs: 10);
        statistics.Note(BatchShape.Of(36, 44), predictedMs: 22, measuredMs: 20);
        return statistics.Read();
    }

    /// <summary>A report of three mails.</summary>
    internal static DemoReport SomeReport()
    {
        Outcome[] outcomes = [Outcome("ham", "ham"), Outcome("ham", "spam"), Outcome("spam", "spam")];
        return new DemoReport
        {
            Counts = new LedgerCounts(3, 3, 3, 0, 0, 0, 2, 120),
            Elapsed = TimeSpan.FromSeconds(2),
            LatencyMs = new Percentiles(10, 20, 30),
            LatencyBasis = "from produce to label",
            Confusion = new Confusion(outcomes),
            Lengths = LengthHistogram.Of(outcomes),
            Worker = new WorkerFigures(3, 120, SomeBatches(), [("decode", TimeSpan.FromSeconds(1)), ("infer", TimeSpan.FromSeconds(9))],
                TimeSpan.FromSeconds(12)),
            Example = null,
            Pace = [1, 2, 3],
            Rejections = [],
            Committed = (3, 3),
        };
    }
}
