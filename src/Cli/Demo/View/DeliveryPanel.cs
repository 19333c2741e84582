using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>Was anything lost or doubled?</summary>
internal static class DeliveryPanel
{
    public static Panel Of(DemoReport report) => SummaryScreen.Panel("delivery", new Rows(
    [
        SummaryScreen.Line("documents", Numbers.Count(report.Counts.Documents)),
        Zero("lost", report.Counts.Lost),
        .. report.Counts.NotSent > 0
            ? [SummaryScreen.Line("not sent", Numbers.Count(report.Counts.NotSent), "bold yellow")]
            : Array.Empty<Markup>(),
        Zero("duplicated", report.Counts.Duplicated + report.Counts.Unexpected),
        Zero("dead-lettered", report.Counts.Rejected),
        SummaryScreen.Line("committed", $"{Numbers.Count(report.Committed.Done)} of {Numbers.Count(report.Committed.Sent)}",
            report.Committed.Done == report.Committed.Sent ? "bold" : "bold yellow"),
    ]));

    private static Markup Zero(string name, int count) =>
        SummaryScreen.Line(name, Numbers.Count(count), count == 0 ? "bold green" : "bold red");
}
