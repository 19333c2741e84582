using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>What came of a run with a burst, in a few lines, none of which has more than 60 characters behind its sign: they are not
/// wrapped on a narrow terminal.</summary>
internal static class BurstVerdict
{
    /// <summary>The lines; the first says whether the run was good.</summary>
    /// <param name="report">Of a run with a burst.</param>
    public static IReadOnlyList<string> Lines(DemoReport report)
    {
        BurstReport burst = report.Burst!;
        List<string> lines = [.. Delivery(report)];
        if (burst.During.Labelled == 0) return [.. lines, Books(report)];
        lines.Add($"In the burst of {burst.Options.Times:0.##}x ({Numbers.Rate(burst.During.Phase.PerSecond)}/s): "
            + $"p99 {Numbers.Milliseconds(burst.During.LatencyMs.P99)}, most lag {Numbers.Count(burst.MostLag)},");
        lines.Add($"by {Shares(burst.During)}.");
        if (report.HasAccuracy)
            lines.Add($"Accuracy {Percent(burst.Before)} before, {Percent(burst.During)} in it, {Percent(burst.After)} after.");
        lines.Add(Spring(burst));
        lines.Add(Books(report));
        return lines;
    }

    private static IEnumerable<string> Delivery(DemoReport report)
    {
        if (report.Cut is { } why) return [$"The run ended early: {why}."];
        if (report.Counts.EachExactlyOnce) return [Verdict.Of(report)];
        return
        [
            "Not every document got exactly one label:",
            $"{Numbers.Count(report.Counts.Lost)} lost, {Numbers.Count(report.Counts.Duplicated)} duplicated, "
                + $"{Numbers.Count(report.Counts.Unexpected)} unexpected.",
        ];
    }

    // As many as go into the line; the least are together.
    private static string Shares(PhaseFigures phase)
    {
        ModeTotals[] modes = [.. phase.Modes.OrderByDescending(mode => mode.Labels)];
        List<string> shares = [.. modes.Take(3).Select(mode => $"{mode.Mode} {Of(mode.Labels)}")];
        if (modes.Length > 3) shares.Add($"others {Of(modes.Skip(3).Sum(mode => mode.Labels))}");
        return string.Join(", ", shares);

        string Of(int labels) => Numbers.Percent((double)labels / phase.Labelled, 0);
    }

    private static string Spring(BurstReport burst)
    {
        if (burst.Drained is not { } drained) return "Its backlog was not labelled to its end.";
        string gone = drained == TimeSpan.Zero ? "Its backlog was gone with it" : $"Its backlog was gone {Numbers.Time(drained)} after it";
        string back = burst switch
        {
            { IsAuto: false } => $"the mode was fixed: {burst.Mode}",
            { IsOneMode: true } => "full accuracy all the time",
            { Recovered: { } recovered } => $"full accuracy {Numbers.Time(recovered)} later",
            _ => "full accuracy not again",
        };
        return $"{gone}; {back}.";
    }

    private static string Books(DemoReport report)
    {
        long open = report.Committed.Sent - report.Committed.Done;
        return $"{Numbers.Count(report.Counts.Lost)} lost, {Numbers.Count(report.Counts.Duplicated + report.Counts.Unexpected)} duplicated, "
            + $"{Numbers.Count(report.Counts.Rejected)} dead-lettered; {(open == 0 ? "all" : $"all but {Numbers.Count(open)}")} committed.";
    }

    private static string Percent(PhaseFigures phase) => phase.Labelled == 0 ? "-" : Numbers.Percent(phase.Accuracy);
}
