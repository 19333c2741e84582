using Benchmarks.Burst.Load;
using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst.Outcomes;

/// <summary>What came of one burst: of the calm before it, the burst, and the calm after it. Times in seconds.</summary>
/// <param name="course">The run.</param>
/// <param name="burst">Place of the burst among the run's phases; neither the first nor the last.</param>
/// <param name="rungs">Modes of the bundle, with what they clear.</param>
internal sealed class BurstOutcome(Course course, int burst, Rungs rungs)
{
    private readonly Phase _after = course.Run.Schedule.Phases[burst + 1];

    public Course Course { get; } = course;

    /// <summary>Of the texts of this burst.</summary>
    public Rungs Rungs { get; } = rungs;

    public string System => Course.Run.System;

    public string Texts => Course.Run.Texts.Name;

    public Phase Before { get; } = course.Run.Schedule.Phases[burst - 1];

    public Phase Burst { get; } = course.Run.Schedule.Phases[burst];

    /// <summary>From the burst's start to the end of the calm after.</summary>
    public double Seconds => _after.To - Burst.From;

    /// <summary>When nothing waited any more, counted from the burst's end; null where something did to the end.</summary>
    public double? DrainedAfter { get; } = course.FirstIdle(
        course.Run.Schedule.Phases[burst].To, course.Run.Schedule.Phases[burst + 1].To) - course.Run.Schedule.Phases[burst].To;

    /// <summary>Labels a second while documents waited, from the burst's start to when nothing did.</summary>
    public double Throughput => Course.LabelsIn(Burst.From, BacklogEnd) / (BacklogEnd - Burst.From);

    /// <summary>Labels a second in the first seconds of the burst.</summary>
    public double LabelsInFirst(double seconds) => Course.LabelsIn(Burst.From, Burst.From + seconds) / seconds;

    /// <summary>Seconds from the burst's start to when nothing waited, or to the end where something did.</summary>
    public double BacklogSeconds => BacklogEnd - Burst.From;

    /// <summary>Whether the burst was more than the system clears: more than came in a second waits at its end.</summary>
    public bool IsBeyond => Course.Backlog(Burst.To) > Burst.PerSecond;

    public int GreatestBacklog => Course.GreatestBacklog(Burst.From, _after.To);

    /// <summary>Documents that wait at the end of the calm after.</summary>
    public int Left => Course.Backlog(_after.To);

    /// <summary>How much longer they would take by what was labelled while they waited; infinite where more come than that.</summary>
    public double PredictedSeconds => Left == 0 ? 0 : Throughput > _after.PerSecond
        ? Left / (Throughput - _after.PerSecond)
        : double.PositiveInfinity;

    /// <summary>From due to label, of documents that came in the calm before, ascending.</summary>
    public double[] CalmLatencies => Course.Latencies(Before.From, Before.To);

    /// <summary>The same of the burst.</summary>
    public double[] BurstLatencies => Course.Latencies(Burst.From, Burst.To);

    /// <summary>The same of the calm after.</summary>
    public double[] AfterLatencies => Course.Latencies(_after.From, _after.To);

    public double CalmRight => Right(Before.From, Before.To);

    public double BurstRight => Right(Burst.From, Burst.To);

    public double AfterRight => Right(_after.From, _after.To);

    /// <summary>Labels of the calm before that are not of the most accurate mode.</summary>
    public int CalmBelowTop => Course.LabelsOf(Before.From, Before.To).Count(label => label.Mode != Rungs.Top.Mode);

    /// <summary>From when nothing waited to the last label of less than the most accurate mode, 0 where that was before; null where
    /// something waited to the end.</summary>
    public double? FullAgainAfter => DrainedAfter is null ? null : Math.Max(0, Course.LabelsAt(BacklogEnd, _after.To).Where(label =>
        label.Mode != Rungs.Top.Mode).Select(label => label.At).DefaultIfEmpty(0).Max() - BacklogEnd);

    /// <summary>From the burst's start to the end of the calm after.</summary>
    public ModeTimes Modes => new(Course.LabelsAt(Burst.From, _after.To), Burst.From, _after.To);

    /// <summary>Accuracy given up by documents of the burst and the calm after, summed over them.</summary>
    public double GivenUp => Course.LabelsOf(Burst.From, _after.To).Sum(Rungs.GivenUp);

    /// <summary>The same of a policy that knows the arrivals.</summary>
    /// <param name="delay">Seconds within which it serves.</param>
    /// <param name="mixes">Whether it may take turns between modes, as no policy can that does not flap.</param>
    public double OracleGivenUp(double delay, bool mixes = true) => Oracle.GivenUp(
        Course.Run.Schedule.Arrivals.Where(at => at > Burst.From && at <= _after.To), Burst.From, _after.To, delay, Rungs, mixes);

    /// <summary>What was used of the processors in the burst.</summary>
    public BurstCpu Cpu => BurstCpu.Of(Course.Run.Uses, Burst.From, Burst.To);

    /// <summary>Resident memory in MiB: at the end of the calm before, the most from there on, at the end of the calm after.</summary>
    public (double Before, double Peak, double After) Memory
    {
        get
        {
            ProcessUse before = At(Burst.From).System, after = At(_after.To).System;
            long seen = Course.Run.Uses.Where(use => use.At >= Burst.From && use.At <= _after.To).Select(use => use.System.ResidentBytes)
                .Append(before.ResidentBytes).Append(after.ResidentBytes).Max();
            long peak = after.PeakBytes > before.PeakBytes ? after.PeakBytes : seen; // the most ever, where it was here
            return (ProcessUse.MiB(before.ResidentBytes), ProcessUse.MiB(peak), ProcessUse.MiB(after.ResidentBytes));
        }
    }

    /// <summary>Modes that the system was in for the first time: what they allocate once is no growth from burst to burst.</summary>
    public IReadOnlyList<string> FirstModes => [.. Course.LabelsAt(Burst.From, _after.To).Select(label => label.Mode).Distinct()
        .Except(Course.LabelsAt(double.NegativeInfinity, Burst.From).Select(label => label.Mode))];

    private double BacklogEnd => DrainedAfter is { } seconds ? Burst.To + seconds : _after.To;

    private double Right(double from, double to)
    {
        Delivery[] labels = [.. Course.LabelsOf(from, to)];
        return labels.Length == 0 ? double.NaN : labels.Count(Course.IsRight) / (double)labels.Length;
    }

    private UseSample At(double moment) => Course.Run.Uses.MinBy(use => Math.Abs(use.At - moment))!;
}
