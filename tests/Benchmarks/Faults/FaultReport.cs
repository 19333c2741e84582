using System.Globalization;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Faults.Plan;
using Benchmarks.Faults.Runs;

namespace Benchmarks.Faults;

/// <summary>Tables and figures of bench faults, of the runs that there were.</summary>
/// <param name="report">Receives them.</param>
/// <param name="results">The runs.</param>
internal sealed class FaultReport(BenchmarkReport report, IReadOnlyList<RunResult> results)
{
    /// <summary>Seconds within which labels must flow again.</summary>
    public const double MostRecovery = 60;

    public void Add()
    {
        AddRuns();
        if (results.Count == 0) return;
        AddRecoveries();
        AddNotes();
        AddFigures();
    }

    /// <summary>A run in a line, for whoever waits; of one that did not hold, where to look.</summary>
    public static string Line(RunResult run)
    {
        string line = string.Create(CultureInfo.InvariantCulture,
            $"  {run.Ledger.Documents:#,##0} documents, {run.Faults.Count} faults: lost {run.Ledger.Lost.Count()}, "
            + $"repeats {run.Ledger.Repeats}, longest standstill {run.LongestStandstill:0.0} s, {run.Took.TotalSeconds:0} s");
        return run.Held ? line : $"{line}; IT DID NOT HOLD, the workers' lines are in {run.Folder}";
    }

    private void AddRuns()
    {
        ReportTable table = report.AddTable(new ReportTable("Runs", [
            "schedule", "mode", "seed", "documents", "labelled", "dead letters", "lost", "with two answers", "repeats", "repeats allowed",
            "labels of no document", "out of order", "faults", "longest standstill, s", "took, s", "held",
        ])
        {
            Remark = "From the topics alone, under read_committed. Repeats allowed: the replay window of every partition for each worker "
                + "that was killed, stood still for longer than its session, or had a connection swallowed. The longest standstill is "
                + "of one partition while documents waited in it, faults included. Out of order is counted where order was asked for.",
        });
        foreach (RunResult run in results)
            table.AddRow(run.Lengths.Name, run.Delivery, run.Seed, run.Ledger.Documents, run.Ledger.Labelled, run.Ledger.DeadLettered,
                run.Ledger.Lost.Count(), run.Ledger.Duplicated.Count, run.Ledger.Repeats,
                run.Delivery == FaultRun.ExactlyOnce ? 0 : run.MostRepeats, run.Ledger.Strangers,
                run.IsOrdered ? run.Ledger.OutOfOrder : 0, run.Faults.Count, run.LongestStandstill, run.Took.TotalSeconds,
                run.Held ? "yes" : "NO");
    }

    private void AddRecoveries()
    {
        ReportTable table = report.AddTable(new ReportTable("Recovery: until labels of every partition flow again, s", [
            "fault", "mode", "times", "p50", "max",
        ])
        {
            Remark = "From the fault's end, or from the kill, where documents waited by then. Faults of the two lanes overlap: what is "
                + "counted for one may be the other's.",
        });
        foreach (IGrouping<(FaultKind Kind, string Delivery), double> kind in Recoveries().GroupBy(one => (one.Kind, one.Delivery),
            one => one.Seconds).OrderBy(group => group.Key))
        {
            double[] ascending = [.. kind.Order()];
            table.AddRow($"{kind.Key.Kind}", kind.Key.Delivery, ascending.Length, Percentile.Of(ascending, 0.5), ascending[^1]);
        }
    }

    private void AddNotes()
    {
        ReportTable table = new("What else was seen", ["schedule", "mode", "seed", "what"]);
        foreach (RunResult run in results)
        {
            IEnumerable<string> lines = [.. run.Ended, .. run.LeftOut.Select(fault => $"left out: {fault}"),
                .. run.Ledger.Lost.Take(5).Select(place => $"lost: partition {place.Partition}, offset {place.Offset}"),
                .. run.Delivery == FaultRun.ExactlyOnce ? run.Ledger.Duplicated.Take(5).Select(place =>
                    $"answered twice: partition {place.Partition}, offset {place.Offset}") : [],
                .. run.Unsent > 0 ? new[] { $"{run.Unsent} documents were not taken by the brokers" } : []];
            foreach (string line in lines) table.AddRow(run.Lengths.Name, run.Delivery, run.Seed, line);
        }

        if (table.Rows.Count > 0) report.AddTable(table);
    }

    private void AddFigures()
    {
        RunResult[] exactly = [.. results.Where(run => run.Delivery == FaultRun.ExactlyOnce)];
        RunResult[] atLeast = [.. results.Where(run => run.Delivery != FaultRun.ExactlyOnce)];
        report.AddFigureAtMost("lost", results.Sum(run => run.Ledger.Lost.Count()), "documents", 0);
        report.AddFigureAtMost("labels_of_no_document", results.Sum(run => run.Ledger.Strangers), "labels", 0);
        if (exactly.Length > 0)
            report.AddFigureAtMost("duplicated_exactly_once", exactly.Sum(run => run.Ledger.Duplicated.Count), "documents", 0);
        if (atLeast.Length > 0)
            report.AddFigureAtMost("repeats_at_least_once_of_those_allowed", atLeast.Max(run =>
                run.Ledger.Repeats / (double)Math.Max(1, run.MostRepeats)), "1", 1);
        if (results.Any(run => run.IsOrdered))
            report.AddFigureAtMost("out_of_order_where_asked", results.Where(run => run.IsOrdered).Sum(run => run.Ledger.OutOfOrder),
                "labels", 0);
        foreach (IGrouping<FaultKind, double> kind in Recoveries().GroupBy(one => one.Kind, one => one.Seconds).OrderBy(group => group.Key))
        {
            double[] ascending = [.. kind.Order()];
            string name = string.Concat(kind.Key.ToString().Select((letter, at) =>
                at > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLowerInvariant();
            report.AddFigure($"recovery_p50_{name}", Percentile.Of(ascending, 0.5), "s");
            report.AddFigureAtMost($"recovery_max_{name}", ascending[^1], "s", MostRecovery);
        }

        report.AddFigureAtMost("longest_standstill", results.Max(run => run.LongestStandstill), "s", MostRecovery);
    }

    private IEnumerable<(FaultKind Kind, string Delivery, double Seconds)> Recoveries() => results.SelectMany(run =>
        run.Faults.Select(fault => (fault.Kind, run.Delivery, run.RecoveryFrom(fault))));
}
