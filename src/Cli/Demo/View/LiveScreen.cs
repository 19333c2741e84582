using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Demo.View;

/// <summary>What a terminal shows while mails go through.</summary>
internal static class LiveScreen
{
    private const int LabelWidth = 11, BarWidth = 40; // 80 columns in all, with counts of six digits

    public static IRenderable Of(DemoStatus now, LiveCurve curve)
    {
        var grid = new Grid().AddColumn(new GridColumn().Width(LabelWidth).NoWrap().PadRight(3)).AddColumn(new GridColumn().NoWrap());
        grid.AddRow(new Markup("[grey]sent[/]"), Progress(now.Counts.Sent, now.Counts.Documents, "deepskyblue4_1"));
        grid.AddRow(new Markup("[grey]labelled[/]"), Progress(now.Counts.Labelled, now.Counts.Documents, "aqua"));
        grid.AddEmptyRow();
        grid.AddRow(new Markup("[grey]documents/s[/]"),
            new Markup($"[bold]{Numbers.Rate(now.DocumentsPerSecond),-9}[/] [aqua]{Bar.Curve(curve.Values)}[/]"));
        grid.AddRow(new Markup("[grey]tokens/s[/]"),
            new Markup($"[bold]{Numbers.Rate(now.TokensPerSecond),-9}[/] [grey]{Numbers.Count(now.Batches)} batches[/]"));
        grid.AddRow(new Markup("[grey]lag[/]"),
            new Markup($"[bold]{Numbers.Count(now.Counts.InFlight),-9}[/] [grey]documents in flight[/]"));
        grid.AddRow(new Markup("[grey]latency[/]"),
            new Markup($"[bold]{Numbers.Milliseconds(now.LatencyMs.P50),-9}[/] [grey]p50, produce to label;[/] "
                + $"[bold]{Numbers.Milliseconds(now.LatencyMs.P95)}[/] [grey]p95[/]"));
        grid.AddRow(new Markup("[grey]accuracy[/]"), new Markup($"[bold]{Accuracy(now),-9}[/] [grey]of the labels so far are true[/]"));
        grid.AddRow(new Markup("[grey]time[/]"), new Markup($"[bold]{Numbers.Time(now.Elapsed),-9}[/] [grey]{Left(now)}[/]"));
        return new Panel(grid)
            .Header("[bold aqua] mails → worker → labels [/]").Border(BoxBorder.Rounded).BorderColor(Color.Grey37).Padding(2, 1);
    }

    private static Markup Progress(int done, int all, string colour)
    {
        string bar = Bar.Of(all == 0 ? 0 : (double)done / all, BarWidth), rest = new('░', BarWidth - bar.Length);
        return new Markup($"[{colour}]{bar}[/][grey19]{rest}[/] [bold]{Numbers.Count(done)}[/][grey] / {Numbers.Count(all)}[/]");
    }

    private static string Accuracy(DemoStatus now) => now.Counts.Labelled == 0 || !now.HasAccuracy
        ? "-"
        : Numbers.Percent((double)now.Counts.Correct / now.Counts.Labelled);

    private static string Left(DemoStatus now) => now.Left is { } left && left < TimeSpan.FromHours(10)
        ? $"about {Numbers.Time(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)))} to go" : "";
}
