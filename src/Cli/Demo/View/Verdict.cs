using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>The result in one sentence.</summary>
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
}
