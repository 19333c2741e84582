using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>How fast, and how long each document took.</summary>
internal static class SpeedPanel
{
    private const int BarWidth = 14;

    public static Panel Of(DemoReport report) => SummaryScreen.Panel("speed", new Rows(
        SummaryScreen.Line("time", Numbers.Time(report.Elapsed)),
        new Markup($"[grey]{"pace",-14}[/][aqua]{Bar.Curve(report.Pace)}[/]"),
        SummaryScreen.Line("documents/s", Numbers.Rate(report.DocumentsPerSecond), "bold aqua"),
        SummaryScreen.Line("tokens/s", Numbers.Rate(report.TokensPerSecond), "bold aqua"),
        Latency("latency p50", report.LatencyMs.P50, report.LatencyMs.P99),
        Latency("latency p95", report.LatencyMs.P95, report.LatencyMs.P99),
        Latency("latency p99", report.LatencyMs.P99, report.LatencyMs.P99)));

    private static Markup Latency(string name, double milliseconds, double most)
    {
        string bar = Bar.Of(most > 0 ? milliseconds / most : 0, BarWidth);
        return new Markup($"[grey]{name,-14}[/][bold]{Numbers.Milliseconds(milliseconds),-8}[/] [aqua]{bar}[/]");
    }
}
