using System.Globalization;
using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>A run with a burst on a terminal: the curves over its whole time, and below them, where the reader's eye is, the verdict. While
/// the run goes on, the same curves as far as they are known.</summary>
internal static class BurstScreen
{
    /// <summary>Columns that frame and padding take, and lines of the frame.</summary>
    private const int Frame = 4, FrameLines = 2;

    /// <summary>Wider than that curves only get longer.</summary>
    private const int Widest = 120;

    /// <summary>Lines for one curve on a tall terminal.</summary>
    private const int Highest = 4;

    /// <summary>Lines that a table of the three stretches takes, and the one in which the shell asks for the next command.</summary>
    private const int TableLines = 5, Prompt = 1;

    /// <summary>The run at a moment.</summary>
    /// <param name="now">With a timeline.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Its lines.</param>
    public static IRenderable Live(DemoStatus now, int width, int height)
    {
        Timeline timeline = now.Timeline!;
        string counts = $"{Numbers.Count(now.Counts.Labelled)} of {Numbers.Count(now.Counts.Documents)} labelled; p50 "
            + $"{Numbers.Milliseconds(now.LatencyMs.P50)}, p99 {Numbers.Milliseconds(now.LatencyMs.P99)}";
        return new Rows(Chart(timeline, now.Elapsed, width, height - 2, now.HasAccuracy), new Markup($" [grey]{Markup.Escape(counts)}[/]"));
    }

    /// <summary>The run when it is over.</summary>
    /// <param name="report">With a burst.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Its lines.</param>
    public static IRenderable Summary(DemoReport report, int width, int height)
    {
        BurstReport burst = report.Burst!;
        IReadOnlyList<string> verdict = BurstVerdict.Lines(report);
        int rest = height - verdict.Count - report.Rejections.Count - Prompt;
        bool hasTable = rest - TableLines >= FrameLines + BurstChart.Edges + burst.Timeline.Modes.Count + (4 * 3);
        List<IRenderable> parts = [Chart(burst.Timeline, null, width, hasTable ? rest - TableLines : rest, report.HasAccuracy)];
        if (hasTable) parts.Add(Table(report));
        foreach ((string reason, int documents) in report.Rejections)
            parts.Add(new Markup($"[red]{Numbers.Count(documents)} dead-lettered[/] [grey]{Markup.Escape(reason)}[/]"));
        (string colour, string sign) = report.ExitCode == 0 ? ("green", "✓") : ("red", "✗");
        parts.Add(new Markup($"[{colour} bold]{sign} {Markup.Escape(verdict[0])}[/]"));
        parts.AddRange(verdict.Skip(1).Select(line => new Markup($"  {Markup.Escape(line)}")));
        return new Rows(parts);
    }

    /// <summary>The three stretches beside one another, without colours.</summary>
    public static IEnumerable<string> TableOf(DemoReport report)
    {
        yield return $"{"",-7} {"documents",9} {"per s",7} {"p50",11} {"p99",11} {"right",6}";
        foreach (PhaseFigures phase in report.Burst!.Phases)
        {
            string right = report.HasAccuracy && phase.Labelled > 0 ? Numbers.Percent(phase.Accuracy) : "-";
            yield return $"{phase.Phase.Name,-7} {Numbers.Count(phase.Documents),9} {Numbers.Rate(phase.Phase.PerSecond),7} "
                + $"{Numbers.Milliseconds(phase.LatencyMs.P50),11} {Numbers.Milliseconds(phase.LatencyMs.P99),11} {right,6}";
        }
    }

    private static Panel Chart(Timeline timeline, TimeSpan? now, int width, int height, bool hasAccuracy)
    {
        int curves = hasAccuracy ? 4 : 3;
        int room = height - FrameLines - BurstChart.Edges - Math.Max(1, timeline.Modes.Count);
        int whole = Math.Min(width, Widest);
        return new Panel(new Rows(BurstChart.Lines(timeline, now, whole - Frame, Math.Clamp(room / curves, 1, Highest), hasAccuracy)
                .Select(line => line.ToMarkup())))
        {
            Width = whole,
        }.Header(string.Create(CultureInfo.InvariantCulture, $"[bold aqua] mails → worker → labels, a burst of {timeline.Times:0.##}x [/]"))
            .Border(BoxBorder.Rounded).BorderColor(Color.Grey37).Padding(1, 0);
    }

    private static Rows Table(DemoReport report) => new([
        .. TableOf(report).Select((line, index) => new Markup($"  [{(index == 0 ? "grey" : "default")}]{Markup.Escape(line)}[/]")),
        new Text(""),
    ]);
}
