using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>The result in one sentence, and the figures behind it.</summary>
internal static class Verdict
{
    public static string Of(DemoReport report)
    {
        if (report.Cut is { } why)
            return $"The run ended early: {why}";
        if (report.Counts.EachExactlyOnce)
            return $"Every one of {Numbers.Count(report.Counts.Documents)} documents got exactly one label.";
        return $"Not every document got exactly one label: {Numbers.Count(report.Counts.Lost)} lost, "
            + $"{Numbers.Count(report.Counts.Duplicated)} duplicated, {Numbers.Count(report.Counts.Unexpected)} unexpected.";
    }

    public static string Figures(DemoReport report) =>
        $"{Numbers.Count(report.Counts.Lost)} lost, {Numbers.Count(report.Counts.Duplicated + report.Counts.Unexpected)} duplicated, "
            + $"{Numbers.Count(report.Counts.Rejected)} dead-lettered; {Committed(report)} committed";

    /// <summary>Offsets: those of the documents that warmed the worker are among them.</summary>
    public static string Committed(DemoReport report) =>
        $"{Numbers.Count(report.Committed.Done)} of {Numbers.Count(report.Committed.Sent)} "
            + $"({Numbers.Count(report.Committed.Sent - report.Counts.Sent)} warm-up)";
}
