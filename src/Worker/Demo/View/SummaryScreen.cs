using Spectre.Console;
using Spectre.Console.Rendering;
using Sluice.Worker.Demo.Report;

namespace Sluice.Worker.Demo.View;

/// <summary>The summary on a terminal: made for 100 columns and more.</summary>
internal static class SummaryScreen
{
    public static IRenderable Of(DemoReport report)
    {
        bool good = report.ExitCode == 0;
        string colour = good ? "green" : "red";
        var parts = new List<IRenderable>
        {
            new Markup($"\n[{colour} bold]{(good ? "✓" : "✗")} {Markup.Escape(Verdict.Of(report))}[/]\n"),
            Row(DeliveryPanel.Of(report), SpeedPanel.Of(report), AccuracyPanel.Of(report)),
            Row(LengthPanel.Of(report), StepPanel.Of(report)),
        };
        foreach ((string reason, int documents) in report.Rejections)
            parts.Add(new Markup($"[red]{Numbers.Count(documents)} dead-lettered[/] [grey]{Markup.Escape(reason)}[/]"));
        return new Rows(parts);
    }

    /// <summary>A panel as all of them look.</summary>
    public static Panel Panel(string title, IRenderable content) =>
        new Panel(content).Header($"[bold] {title} [/]").Border(BoxBorder.Rounded).BorderColor(Color.Grey37).Padding(1, 0).Expand();

    /// <summary>A line with a name and a value.</summary>
    public static Markup Line(string name, string value, string style = "bold") => new($"[grey]{name,-14}[/][{style}]{Markup.Escape(value)}[/]");

    private static Grid Row(params IRenderable[] panels)
    {
        var grid = new Grid().Expand();
        for (int i = 0; i < panels.Length; i++)
            grid.AddColumn(new GridColumn().Padding(0, 0, i < panels.Length - 1 ? 1 : 0, 0));
        return grid.AddRow(panels);
    }
}
