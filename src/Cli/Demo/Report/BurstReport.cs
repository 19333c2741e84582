using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Settings;

namespace Sluice.Cli.Demo.Report;

/// <summary>What came of the documents that were due in one stretch of the schedule.</summary>
/// <param name="Phase">The stretch.</param>
/// <param name="Documents">Due in it.</param>
/// <param name="LatencyMs">Of those with a label, from due to label.</param>
/// <param name="Modes">What labelled them, the most thorough first.</param>
internal sealed record PhaseFigures(ArrivalPhase Phase, int Documents, Percentiles LatencyMs, IReadOnlyList<ModeTotals> Modes)
{
    /// <summary>Those with a label.</summary>
    public int Labelled => Modes.Sum(mode => mode.Labels);

    /// <summary>The share of <see cref="Labelled"/> that is true; 0 where there is none.</summary>
    public double Accuracy => Labelled == 0 ? 0 : (double)Modes.Sum(mode => mode.Right) / Labelled;
}

/// <summary>How a run went through its burst.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Mode">The mode that it was asked for; <c>auto</c> where the worker chose.</param>
/// <param name="Timeline">The run over its time.</param>
/// <param name="Before">Calm at first.</param>
/// <param name="During">The burst.</param>
/// <param name="After">Calm again.</param>
/// <param name="MostLag">Most documents due and not labelled.</param>
/// <param name="Drained">From the end of the burst until all that was due by then was labelled; never below 0. Null where it never
/// was.</param>
/// <param name="Recovered">From then until the mode labelled again that labelled first; null where none did, or where no other
/// ever labelled.</param>
internal sealed record BurstReport(BurstOptions Options, string Mode, Timeline Timeline, PhaseFigures Before, PhaseFigures During,
    PhaseFigures After, int MostLag, TimeSpan? Drained, TimeSpan? Recovered)
{
    /// <summary>So many labels in a row are needed for a mode to be back: one may come from a batch that was planned before.</summary>
    public const int BackAfter = 5;

    /// <summary>Whether the worker chose the mode.</summary>
    public bool IsAuto => Mode == DemoOptions.Auto;

    /// <summary>Whether only one mode labelled.</summary>
    public bool IsOneMode => Timeline.Modes.Count <= 1;

    /// <summary>The three stretches, in order.</summary>
    public IReadOnlyList<PhaseFigures> Phases => [Before, During, After];

    /// <summary>From what came back.</summary>
    /// <param name="options">What was asked for, with a burst.</param>
    /// <param name="schedule">When documents were due.</param>
    /// <param name="outcomes">Of all documents, in any order; those that were not sent are left out.</param>
    /// <param name="frequency">Ticks per second.</param>
    public static BurstReport Of(DemoOptions options, ArrivalSchedule schedule, IReadOnlyList<Outcome> outcomes, long frequency)
    {
        Outcome[] sent = [.. outcomes.Where(outcome => outcome.IsSent)];
        var timeline = new Timeline(schedule, sent.Length == 0 ? 0 : sent.Min(outcome => outcome.Due), frequency);
        timeline.Add(sent);
        PhaseFigures[] phases = [.. schedule.Phases.Select(phase =>
            Figures(phase, [.. sent.Where(outcome => schedule.PhaseAt(timeline.DueOf(outcome)) == phase)], frequency))];
        TimeSpan fall = phases[1].Phase.End;
        Outcome[] byThen = [.. sent.Where(outcome => outcome.Label is not null && timeline.DueOf(outcome) < fall)];
        TimeSpan? gone = byThen.Length == schedule.DueBefore(fall) ? byThen.Max(timeline.LabelOf) : null;
        if (gone < fall) gone = fall;
        return new BurstReport(options.Burst!, options.Mode, timeline, phases[0], phases[1], phases[2],
            timeline.Between(TimeSpan.Zero, timeline.Newest).Lag, gone - fall, gone is { } drained ? Back(timeline, sent, drained) : null);
    }

    private static PhaseFigures Figures(ArrivalPhase phase, Outcome[] outcomes, long frequency)
    {
        Outcome[] labelled = [.. outcomes.Where(outcome => outcome.Label is not null)];
        List<ModeTotals> modes = [.. labelled.GroupBy(outcome => outcome.Mode).Select(mode =>
            new ModeTotals(mode.Key, mode.Count(), mode.Count(outcome => outcome.IsRight)))];
        modes.Sort(ModeTotals.MostThoroughFirst);
        Percentiles latency = Percentiles.Of([.. labelled.Select(outcome => outcome.Ticks)], frequency);
        return new PhaseFigures(phase, outcomes.Length, latency, modes);
    }

    private static TimeSpan? Back(Timeline timeline, IReadOnlyList<Outcome> sent, TimeSpan drained)
    {
        if (timeline.Modes.Count < 2) return null;
        string full = timeline.Modes[0].Mode;
        Outcome[] later = [.. sent.Where(outcome => outcome.Label is not null && timeline.LabelOf(outcome) >= drained)
            .OrderBy(timeline.LabelOf)];
        int first = Enumerable.Range(0, later.Length).FirstOrDefault(index =>
            later.Skip(index).Take(BackAfter).All(outcome => outcome.Mode == full), defaultValue: -1);
        return first < 0 ? null : timeline.LabelOf(later[first]) - drained;
    }
}
