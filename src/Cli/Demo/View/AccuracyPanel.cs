using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>How often the labels are true: rows are what a mail is, columns what it was labelled.</summary>
internal static class AccuracyPanel
{
    public static Panel Of(DemoReport report)
    {
        Confusion confusion = report.Confusion;
        var table = new Table().Border(TableBorder.None).AddColumn(new TableColumn("[grey]is[/]").NoWrap());
        foreach (string given in confusion.Labels)
            table.AddColumn(new TableColumn($"[grey]→ {Markup.Escape(given)}[/]").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("[grey]right[/]").RightAligned().NoWrap());
        foreach (string label in confusion.TrueLabels)
            table.AddRow(
            [
                $"[grey]{Markup.Escape(label)}[/]",
                .. confusion.Labels.Select(given => Cell(confusion, label, given)),
                Recall(confusion, label),
            ]);
        return SummaryScreen.Panel("accuracy", new Rows(
            report.HasAccuracy
                ? new Markup(
                    $"[bold aqua]{Numbers.Percent(confusion.Accuracy, 2)}[/] [grey]of {Numbers.Count(confusion.Total)} labels right[/]")
                : new Markup("[bold yellow]not comparable[/] [grey]mails have other labels[/]"),
            new Text(""),
            table));
    }

    // The diagonal is green and the rest red, the more of its row the brighter.
    private static string Cell(Confusion confusion, string label, string given)
    {
        int count = confusion[label, given];
        double share = (double)count / Math.Max(1, confusion.Labels.Sum(other => confusion[label, other]));
        string colour = count == 0 ? "grey"
            : label == given ? share >= 0.9 ? "black on green" : "green"
            : share >= 0.1 ? "white on red" : "red";
        return $"[{colour}] {Numbers.Count(count)} [/]";
    }

    private static string Recall(Confusion confusion, string label)
    {
        int all = confusion.Labels.Sum(given => confusion[label, given]);
        return all == 0 ? "[grey]-[/]" : $"[bold]{Numbers.Percent((double)confusion[label, label] / all)}[/]";
    }
}
