using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>How long the documents are.</summary>
internal static class LengthPanel
{
    private const int BarWidth = 22;

    public static Panel Of(DemoReport report)
    {
        LengthHistogram lengths = report.Lengths;
        int most = Math.Max(1, lengths.Bars.Max(bar => bar.Documents));
        var lines = Enumerable.Range(0, lengths.Bars.Count).Select(Line).ToList();
        lines.Add(new Markup($"[grey]{Numbers.Count(lengths.Truncated)} have more than the model takes[/]"));
        return SummaryScreen.Panel("tokens in a document", new Rows(lines));

        Markup Line(int index)
        {
            int documents = lengths.Bars[index].Documents;
            string bar = Bar.Of((double)documents / most, BarWidth);
            return new Markup($"[grey]{lengths.Name(index),9}[/] [deepskyblue2]{bar}[/] {Numbers.Count(documents)}");
        }
    }
}
