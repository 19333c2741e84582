using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>The summary on a terminal: panels in as many columns as fit, and at the end, where the reader's eye is, the verdict.</summary>
internal static class SummaryScreen
{
    private const int Gap = 1;

    /// <summary>Columns of panels: narrow ones hold a name and a value or a bar, wide ones a plot.</summary>
    private const int Narrow = 33, Middle = 41, Wide = 44, WidestOfTwo = 54;

    /// <param name="report">What to show.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static IRenderable Of(DemoReport report, int width)
    {
        Panel delivery = DeliveryPanel.Of(report), speed = SpeedPanel.Of(report), accuracy = AccuracyPanel.Of(report),
            lengths = LengthPanel.Of(report), batches = BatchPanel.Of(report), steps = StepPanel.Of(report);
        int rest = width - Narrow - Gap;
        var parts = new List<IRenderable> { new Text("") };
        if (rest >= Middle + Gap + Wide)
            parts.Add(Columns((Narrow, [delivery, steps]), (Middle, [speed, accuracy]), (Wide, [lengths, batches])));
        else if (rest >= Wide)
            parts.Add(Columns((Narrow, [delivery, accuracy, steps]), (Math.Min(rest, WidestOfTwo), [speed, lengths, batches])));
        else
            parts.AddRange([delivery, speed, accuracy, lengths, batches, steps]);
        parts.Add(Line("model", ModelLine.Of(report)));
        parts.Add(Line("batches", PlainSummary.BatchLine(report)));
        foreach ((string reason, int documents) in report.Rejections)
            parts.Add(new Markup($"[red]{Numbers.Count(documents)} dead-lettered[/] [grey]{Markup.Escape(reason)}[/]"));
        (string colour, string sign) = report.ExitCode == 0 ? ("green", "✓") : ("red", "✗");
        parts.Add(new Markup($"[{colour} bold]{sign} {Markup.Escape(Verdict.Of(report))}[/]"));
        parts.Add(new Markup($"  {Markup.Escape(Verdict.Figures(report))}"));
        return new Rows(parts);
    }

    /// <summary>A panel as all of them look.</summary>
    public static Panel Panel(string title, IRenderable content) =>
        new Panel(content).Header($"[bold grey93] {title} [/]").Border(BoxBorder.Rounded).BorderColor(Color.Grey37).Padding(1, 0).Expand();

    /// <summary>A line with a name and a value.</summary>
    public static Markup Line(string name, string value, string style = "bold") =>
        new($"[grey]{name,-14}[/][{style}]{Markup.Escape(value)}[/]");

    private static Grid Columns(params (int Width, Panel[] Panels)[] columns)
    {
        var grid = new Grid();
        for (int i = 0; i < columns.Length; i++)
            grid.AddColumn(new GridColumn().Width(columns[i].Width).Padding(0, 0, i < columns.Length - 1 ? Gap : 0, 0));
        return grid.AddRow([.. columns.Select(column => new Rows(column.Panels))]);
    }
}
