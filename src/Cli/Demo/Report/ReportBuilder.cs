using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Settings;
using Sluice.Schemas;
using Sluice.Worker.Observability;

namespace Sluice.Cli.Demo.Report;

/// <summary>From the ledgers of a run to its report.</summary>
internal static class ReportBuilder
{
    private const int PaceParts = 23;

    public static DemoReport Of(DemoOptions options, Ledgers ledgers, RunClock clock, ProgressSnapshot end, Prediction? example,
        ArrivalSchedule? schedule, string? cut, TimeProvider time)
    {
        IReadOnlyList<Outcome> outcomes = ledgers.Main.Outcomes();
        Outcome[] labelled = [.. outcomes.Where(o => o.Label is not null)];
        long last = labelled.Length == 0 ? clock.End : labelled.Max(o => o.Due + o.Ticks);
        LedgerCounts counts = ledgers.Main.Counts, warmUp = ledgers.WarmUp.Counts;
        return new DemoReport
        {
            Counts = counts with { Duplicated = counts.Duplicated + warmUp.Duplicated, Unexpected = counts.Unexpected + warmUp.Unexpected },
            Elapsed = time.GetElapsedTime(clock.Start, last),
            LatencyMs = Percentiles.Of([.. labelled.Select(o => o.Ticks)], time.TimestampFrequency),
            LatencyBasis = BasisOf(options),
            Burst = options.Burst is null ? null : BurstReport.Of(options, schedule!, outcomes, time.TimestampFrequency),
            Confusion = new Confusion(outcomes),
            Lengths = LengthHistogram.Of(outcomes),
            Worker = clock.Worker ?? throw new ArgumentException("The clock was not stopped.", nameof(clock)),
            Example = example,
            Pace = Pace(labelled, clock.Start, last, time),
            Rejections = [.. outcomes.Where(o => o.Rejection is not null).GroupBy(o => o.Rejection!).Select(group =>
                (group.Key, group.Count())).OrderByDescending(group => group.Item2).Take(5)],
            Committed = (end.Committed, counts.Sent + warmUp.Sent),
            Cut = cut,
        };
    }

    private static string BasisOf(DemoOptions options) => options.Burst is not null ? "from when a mail was due to its label"
        : options.Rate is { } rate ? $"from when a mail was due to its label, at {rate:0.##} mails/s"
        : $"from produce to label, with at most {options.InFlight} mails in flight";

    private static double[] Pace(IEnumerable<Outcome> labelled, long start, long last, TimeProvider time)
    {
        double part = Math.Max(1, last - start) / (double)PaceParts;
        double seconds = part / time.TimestampFrequency;
        double[] pace = new double[PaceParts];
        foreach (Outcome outcome in labelled)
            pace[Math.Clamp((int)((outcome.Due + outcome.Ticks - start) / part), 0, PaceParts - 1)] += 1 / seconds;
        return pace;
    }
}
