using Sluice.Cli.Demo.Replay;

namespace Sluice.Cli.Demo.Report;

/// <summary>A stretch of a run in numbers.</summary>
/// <param name="ArrivalsPerSecond">Documents that were due.</param>
/// <param name="LabelledPerSecond">Labels that were read.</param>
/// <param name="Lag">Most documents due and not labelled, at its ends and between.</param>
/// <param name="Modes">The share of its labels that each mode gave, by <see cref="Timeline.Modes"/>; adds up to 1, zeros without a
/// label.</param>
/// <param name="Accuracy">What these modes had right in the whole run, in that mixture, 0..1; null without a label. A stretch has a handful
/// of labels in calm, too few to show what a mode costs.</param>
internal sealed record TimelinePart(double ArrivalsPerSecond, double LabelledPerSecond, int Lag, IReadOnlyList<double> Modes,
    double? Accuracy);

/// <summary>A run over its time, as far as its labels are known: arrivals, throughput, lag, modes and accuracy. One thread.</summary>
/// <param name="schedule">When documents are due.</param>
/// <param name="start">When the first one was, in ticks of the demo's clock.</param>
/// <param name="frequency">Ticks per second.</param>
internal sealed class Timeline(ArrivalSchedule schedule, long start, long frequency)
{
    /// <summary>What is told apart in time.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(0.1);

    private readonly List<ModeTotals> _modes = []; // the most thorough first
    private readonly Dictionary<string, List<int>> _labels = new(StringComparer.Ordinal); // of each mode, labels in each step
    private readonly List<int> _all = []; // labels in each step

    /// <summary>When documents are due.</summary>
    public ArrivalSchedule Schedule => schedule;

    /// <summary>How many times as many documents come in the second stretch as in the first.</summary>
    public double Times => schedule.Phases[1].PerSecond / schedule.Phases[0].PerSecond;

    /// <summary>What labelled so far, the most thorough first.</summary>
    public IReadOnlyList<ModeTotals> Modes => _modes;

    /// <summary>Labels so far.</summary>
    public int Labels { get; private set; }

    /// <summary>From the first arrival to the newest label.</summary>
    public TimeSpan Newest { get; private set; }

    /// <summary>Adds documents, in any order; those without a label are left out.</summary>
    public void Add(IEnumerable<Outcome> outcomes)
    {
        foreach (Outcome outcome in outcomes.Where(outcome => outcome.Label is not null)) Add(outcome);
    }

    /// <summary>When a document was due, since the first one was.</summary>
    public TimeSpan DueOf(Outcome outcome) => Since(outcome.Due);

    /// <summary>When its label was read.</summary>
    public TimeSpan LabelOf(Outcome outcome) => Since(outcome.Due + outcome.Ticks);

    /// <summary>Documents due and not labelled at a moment.</summary>
    public int LagAt(TimeSpan moment) => Math.Max(0, schedule.DueBefore(moment) - Sum(_all, 0, (int)(moment / Step)));

    /// <summary>The stretch between two moments.</summary>
    /// <param name="from">Since the first document was due.</param>
    /// <param name="to">Later by <see cref="Step"/> at least; is rounded to it, as <paramref name="from"/> is.</param>
    public TimelinePart Between(TimeSpan from, TimeSpan to)
    {
        int first = (int)Math.Round(from / Step), last = Math.Max(first + 1, (int)Math.Round(to / Step));
        double seconds = (last - first) * Step.TotalSeconds;
        int labelled = Sum(_all, first, last);
        double[] shares = [.. _modes.Select(mode => labelled == 0 ? 0 : (double)Sum(_labels[mode.Mode], first, last) / labelled)];
        int before = Sum(_all, 0, first), lag = 0;
        for (int step = first; step <= last; step++)
        {
            lag = Math.Max(lag, schedule.DueBefore(step * Step) - before);
            before += step < _all.Count ? _all[step] : 0;
        }

        return new TimelinePart(
            (schedule.DueBefore(last * Step) - schedule.DueBefore(first * Step)) / seconds, labelled / seconds, lag, shares,
            labelled == 0 ? null : shares.Zip(_modes, (share, mode) => share * mode.Accuracy).Sum());
    }

    private static int Sum(List<int> steps, int first, int last)
    {
        int sum = 0;
        for (int step = first; step < Math.Min(last, steps.Count); step++) sum += steps[step];
        return sum;
    }

    private void Add(Outcome outcome)
    {
        TimeSpan at = LabelOf(outcome);
        int step = Math.Max(0, (int)(at / Step));
        Labels++;
        Newest = at > Newest ? at : Newest;
        Count(_all, step);
        if (!_labels.TryGetValue(outcome.Mode, out List<int>? own))
        {
            _labels[outcome.Mode] = own = [];
            _modes.Add(new ModeTotals(outcome.Mode, 0, 0));
            _modes.Sort(ModeTotals.MostThoroughFirst);
        }

        Count(own, step);
        int place = _modes.FindIndex(mode => mode.Mode == outcome.Mode);
        _modes[place] = _modes[place].With(outcome.IsRight);
    }

    private static void Count(List<int> steps, int step)
    {
        while (steps.Count <= step) steps.Add(0);
        steps[step]++;
    }

    private TimeSpan Since(long timestamp) => TimeSpan.FromSeconds((double)(timestamp - start) / frequency);
}
