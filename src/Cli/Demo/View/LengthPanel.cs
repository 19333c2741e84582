using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>How long the documents are.</summary>
internal static class LengthPanel
{
    private const int BarWidth = 32;

    public static Panel Of(DemoReport report)
    {
        LengthHistogram lengths = report.Lengths;
        int most = Math.Max(1, lengths.Bars.Max(bar => bar.Documents));
        var lines = Enumerable.Range(0, lengths.Bars.Count).Select(bar =>
            new Markup($"[grey]{lengths.Name(bar),9}[/] [deepskyblue2]{Bar.Of((double)lengths.Bars[bar].Documents / most, BarWidth)}[/] {Numbers.Count(lengths.Bars[bar].Documents)}")).ToList();
        lines.Add(new Markup($"[grey]{Numbers.Count(lengths.Truncated)} have more tokens than the model takes[/]"));
        return SummaryScreen.Panel("tokens in a document", new Rows(lines));
    }
}
