using System.Globalization;
using Sluice.Cli.Demo.Report;

namespace Sluice.Cli.Demo.View;

/// <summary>What came of a run with a burst, in a few lines that no terminal of 60 columns wraps.</summary>
internal static class BurstVerdict
{
    /// <summary>Most characters of a line: 60 columns less the sign before the first.</summary>
    public const int Width = 58;

    /// <summary>The lines; the first says whether the run was good.</summary>
    /// <param name="report">Of a run with a burst.</param>
    public static IReadOnlyList<string> Lines(DemoReport report)
    {
        BurstReport burst = report.Burst!;
        List<string> lines = [.. Delivery(report)];
        if (burst.During.Labelled > 0)
        {
            lines.AddRange(Lined(string.Create(CultureInfo.InvariantCulture, $"Burst of {burst.Options.Times:0.##}x: ")
                + $"p99 {Numbers.Milliseconds(burst.During.LatencyMs.P99)}, most lag {Numbers.Count(burst.MostLag)},",
                $"labelled by {Shares(burst.During)}."));
            if (report.HasAccuracy)
                lines.Add($"Accuracy {Percent(burst.Before)} before, {Percent(burst.During)} in it, {Percent(burst.After)} after.");
            lines.AddRange(Spring(burst));
        }

        lines.AddRange(Lined(
            $"{Numbers.Count(report.Counts.Lost)} lost, {Numbers.Count(report.Counts.Duplicated + report.Counts.Unexpected)} duplicated, "
                + $"{Numbers.Count(report.Counts.Rejected)} dead-lettered;", Committed(report)));
        return lines;
    }

    // Two clauses in one line where they go into it.
    private static IEnumerable<string> Lined(string first, string second) =>
        first.Length + 1 + second.Length <= Width ? [$"{first} {second}"] : [first, second];

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

    // Three at most, so that they go into a line; what is left are others. What would be 0% is left out.
    private static string Shares(PhaseFigures phase)
    {
        ModeTotals[] modes = [.. phase.Modes.Where(mode => mode.Labels >= 0.005 * phase.Labelled).OrderByDescending(mode => mode.Labels)];
        int named = modes.Length > 3 ? 2 : modes.Length;
        List<string> shares = [.. modes.Take(named).Select(mode => $"{mode.Mode} {Of(mode.Labels)}")];
        if (named < modes.Length) shares.Add($"others {Of(modes.Skip(named).Sum(mode => mode.Labels))}");
        return string.Join(", ", shares);

        string Of(int labels) => Numbers.Percent((double)labels / phase.Labelled, 0);
    }

    private static IEnumerable<string> Spring(BurstReport burst)
    {
        if (burst.Drained is not { } drained) return ["Its backlog was not labelled to its end."];
        string back = burst switch
        {
            { IsAuto: false } => "the mode was fixed.",
            { IsOneMode: true } => "full accuracy all the time.",
            { Recovered: { } recovered } => $"full accuracy {Numbers.Time(recovered)} later.",
            _ => "full accuracy not again.",
        };
        return Lined($"Backlog gone {Numbers.Time(drained)} after it;", back);
    }

    private static string Committed(DemoReport report) => report.Committed.Sent - report.Committed.Done is var open && open == 0
        ? "all committed." : $"{Numbers.Count(open)} not committed.";

    private static string Percent(PhaseFigures phase) => phase.Labelled == 0 ? "-" : Numbers.Percent(phase.Accuracy);
}
