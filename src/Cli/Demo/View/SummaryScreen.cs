using Sluice.Cli.Demo.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>The summary on a terminal: panels side by side, or below each other where it is narrow.</summary>
internal static class SummaryScreen
{
    private const int Widest = 120, Gap = 1;

    /// <param name="report">What to show.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static IRenderable Of(DemoReport report, int width)
    {
        bool good = report.ExitCode == 0;
        string colour = good ? "green" : "red";
        var parts = new List<IRenderable>
        {
            new Markup($"\n[{colour} bold]{(good ? "✓" : "✗")} {Markup.Escape(Verdict.Of(report))}[/]\n"),
            Row(width, (32, DeliveryPanel.Of(report)), (42, SpeedPanel.Of(report)), (0, AccuracyPanel.Of(report))),
            Row(width, (54, LengthPanel.Of(report)), (0, BatchPanel.Of(report))),
            Row(width, (0, StepPanel.Of(report))),
        };
        foreach ((string reason, int documents) in report.Rejections)
            parts.Add(new Markup($"[red]{Numbers.Count(documents)} dead-lettered[/] [grey]{Markup.Escape(reason)}[/]"));
        return new Rows(parts);
    }

    /// <summary>A panel as all of them look.</summary>
    public static Panel Panel(string title, IRenderable content) =>
        new Panel(content).Header($"[bold grey93] {title} [/]").Border(BoxBorder.Rounded).BorderColor(Color.Grey37).Padding(1, 0).Expand();

    /// <summary>A line with a name and a value.</summary>
    public static Markup Line(string name, string value, string style = "bold") =>
        new($"[grey]{name,-14}[/][{style}]{Markup.Escape(value)}[/]");

    // The last panel takes what the others, with their widths, leave.
    private static IRenderable Row(int width, params (int Width, IRenderable Panel)[] panels)
    {
        int rest = Math.Min(width, Widest) - panels.Sum(panel => panel.Width) - (Gap * (panels.Length - 1));
        if (rest < 36)
            return new Rows(panels.Select(panel => panel.Panel));
        var grid = new Grid();
        for (int i = 0; i < panels.Length; i++)
        {
            int gap = i < panels.Length - 1 ? Gap : 0;
            grid.AddColumn(new GridColumn().Width(panels[i].Width > 0 ? panels[i].Width : rest).Padding(0, 0, gap, 0));
        }

        return grid.AddRow([.. panels.Select(panel => panel.Panel)]);
    }
}
