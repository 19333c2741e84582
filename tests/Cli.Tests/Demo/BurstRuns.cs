using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.Settings;

namespace Cli.Tests.Demo;

/// <summary>Made-up runs with a burst, by the millisecond: nothing is lost, and every hundredth label is wrong, of swift every fiftieth.
/// </summary>
internal static class BurstRuns
{
    /// <summary>Ticks per second of its clock, and when the run begins on it.</summary>
    public const long Frequency = 1000, Start = 5000;

    /// <summary>100 documents, 2,000 in the burst, 200: calm 10 a second, in the burst 200.</summary>
    public static ArrivalSchedule Schedule { get; } = ArrivalSchedule.Burst(10, new BurstOptions(20));

    /// <summary>A worker that bends: after half a second of the burst swift labels, after its end for a second more; each document waits
    /// for 50 ms, from the burst's first half second on for 800.</summary>
    public static Outcome[] Bending => [.. Enumerable.Range(0, Schedule.Documents).Select(index =>
    {
        double due = Schedule.DueOf(index).TotalSeconds;
        bool isSwift = due is >= 10.5 and < 21;
        return Labelled(index, isSwift ? "swift" : "teacher", due is >= 10.5 and < 20 ? 800 : 50);
    })];

    /// <summary>A report of such a run.</summary>
    /// <param name="outcomes">What came back.</param>
    /// <param name="mode">What was asked for.</param>
    public static DemoReport Report(IReadOnlyList<Outcome> outcomes, string mode = DemoOptions.Auto)
    {
        var options = new DemoOptions { Model = "/none", Mode = mode, Burst = new BurstOptions(20) };
        int sent = outcomes.Count(outcome => outcome.IsSent), labelled = outcomes.Count(outcome => outcome.Label is not null);
        return ReportTests.SomeReport() with
        {
            Counts = new LedgerCounts(Schedule.Documents, sent, labelled, 0, 0, 0, outcomes.Count(outcome => outcome.IsRight), 300_000),
            Burst = BurstReport.Of(options, Schedule, outcomes, Frequency),
            Confusion = new Confusion(outcomes),
            Lengths = LengthHistogram.Of(outcomes),
            Committed = (labelled + 96, sent + 96),
        };
    }

    /// <summary>One document with its label.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="mode">What labelled it.</param>
    /// <param name="milliseconds">From due to label.</param>
    public static Outcome Labelled(int index, string mode, long milliseconds)
    {
        bool isWrong = index % (mode == "swift" ? 50 : 100) == 7;
        return new Outcome($"{index}", "ham", isWrong ? "spam" : "ham", null, 300, false,
            Start + (long)Math.Round(Schedule.DueOf(index).TotalMilliseconds), milliseconds) { Mode = mode };
    }
}
