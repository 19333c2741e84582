using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cli.Tests.Demo;

/// <summary>A run with a burst, drawn at the sizes that terminals have.</summary>
public sealed class BurstScreenTests
{
    public static TheoryData<int, int> Sizes => new() { { 60, 24 }, { 80, 24 }, { 100, 40 }, { 60, 40 }, { 200, 60 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_summary_fits_the_screen_below_nothing_and_the_verdict_is_last(int width, int height)
    {
        string[] lines = Drawn(BurstScreen.Summary(BurstRuns.Report(BurstRuns.Bending), width, height), width);

        Assert.InRange(lines.Length, Math.Min(height - 8, 30), height - 1); // and the line in which the shell asks
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.Equal(
        [
            "✓ Every one of 2,300 documents got exactly one label.",
            "  Burst of 20x: p99 800 ms, most lag 160,",
            "  labelled by swift 95%, teacher 5%.",
            "  Accuracy 99.0% before, 98.0% in it, 99.0% after.",
            "  Backlog gone 795 ms after it; full accuracy 255 ms later.",
            "  0 lost, 0 duplicated, 0 dead-lettered; all committed.",
        ], lines.TakeLast(6));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Each_curve_has_its_name_once_and_each_mode_its_line(int width, int height)
    {
        string[] lines = Drawn(BurstScreen.Summary(BurstRuns.Report(BurstRuns.Bending), width, height), width);

        Assert.All(["arrivals", "labelled", "lag", "teacher", "swift", "accuracy"], name =>
            Assert.Single(lines, line => line.StartsWith($"│ {name} ", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.Contains("mails → worker → labels, a burst of 20x", StringComparison.Ordinal));
        Assert.DoesNotContain("…", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_a_table_where_there_is_room()
    {
        string tall = string.Join('\n', Drawn(BurstScreen.Summary(BurstRuns.Report(BurstRuns.Bending), 100, 40), 100));
        Assert.Contains("  burst       2,000     200      800 ms      800 ms  98.0%", tall, StringComparison.Ordinal);
        string low = string.Join('\n', Drawn(BurstScreen.Summary(BurstRuns.Report(BurstRuns.Bending), 80, 24), 80));
        Assert.DoesNotContain("98.0%\n", low, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_live_screen_fits_from_the_first_moment_and_does_not_move(int width, int height)
    {
        var timeline = new Timeline(BurstRuns.Schedule, BurstRuns.Start, BurstRuns.Frequency);
        foreach (double seconds in new[] { 0, 0.3, 9.7, 15, 39, 70 })
        {
            timeline.Add(BurstRuns.Bending.Skip(timeline.Labels).Where(outcome => timeline.LabelOf(outcome).TotalSeconds <= seconds));
            string[] lines = Drawn(BurstScreen.Live(Status(timeline, seconds), width, height), width);

            Assert.InRange(lines.Length, 1, height - 1);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
            Assert.Equal(Math.Min(width, 120), lines[0].Length);
        }
    }

    [Fact]
    public void While_it_runs_the_curves_end_now()
    {
        var timeline = new Timeline(BurstRuns.Schedule, BurstRuns.Start, BurstRuns.Frequency);
        timeline.Add(BurstRuns.Bending.Where(outcome => timeline.LabelOf(outcome).TotalSeconds <= 20));

        ChartLine swift = BurstChart.Lines(timeline, TimeSpan.FromSeconds(20), BurstChart.Margin + 40, 1, true)
            .Single(line => line.Name == "swift");

        Assert.Equal("           ▇▇▇▇▇▇▇▇▇", swift.Curve); // a second each: its first label, of what was due at 10.5 s, comes at 11.3 s
    }

    [Fact]
    public void Mails_of_other_labels_than_the_model_s_have_no_curve_of_accuracy()
    {
        DemoReport report = BurstRuns.Report(BurstRuns.Bending) with { HasAccuracy = false };
        string[] lines = Drawn(BurstScreen.Summary(report, 80, 24), 80);
        Assert.DoesNotContain(lines, line => line.Contains("ccuracy 9", StringComparison.Ordinal));
    }

    [Fact]
    public void The_plain_summary_draws_the_same_without_colours_and_ends_with_the_verdict()
    {
        string[] lines = [.. PlainSummary.Lines(BurstRuns.Report(BurstRuns.Bending))];

        Assert.All(["arrivals", "labelled", "lag", "teacher", "swift", "accuracy"], name =>
            Assert.Contains(lines, line => line.StartsWith($"{name} ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("▁▁▁▁▁", StringComparison.Ordinal));
        Assert.Equal("0 lost, 0 duplicated, 0 dead-lettered; all committed.", lines[^1]);
        Assert.Single(lines, line => line.StartsWith("Every one of", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', string.Join('\n', lines));
    }

    [Theory]
    [InlineData("▁ ▇", 0.01, 0.0, 8.0)]
    [InlineData("▄ ▇", 4.0, -3.0, 7.0)]
    public void A_line_of_a_curve_shows_the_least_and_leaves_an_eighth_free(string wanted, params double[] values) =>
        Assert.Equal([wanted], Bar.Area(values, 1, 0, values[^1]));

    [Fact]
    public void A_curve_of_two_lines_goes_on_in_the_second() => Assert.Equal(["  ▇", "▄██"], Bar.Area([4, 8, 15], 2, 0, 15));

    private static DemoStatus Status(Timeline timeline, double seconds) => new(
        new LedgerCounts(2300, timeline.Labels, timeline.Labels, 0, 0, 0, timeline.Labels, 1000), TimeSpan.FromSeconds(seconds), 10, 3000,
        new Percentiles(50, 60, 70), 100)
    {
        Timeline = timeline,
    };

    private static string[] Drawn(IRenderable screen, int width)
    {
        using StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        console.Write(screen);
        return [.. written.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }
}
