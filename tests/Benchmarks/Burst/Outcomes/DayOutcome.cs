using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst.Outcomes;

/// <summary>What came of a bursty day, whole.</summary>
/// <param name="course">A run of one phase.</param>
/// <param name="rungs">Modes of the bundle, with what they clear.</param>
internal sealed class DayOutcome(Course course, Rungs rungs)
{
    private readonly double _end = course.Run.Schedule.Seconds;

    public Course Course { get; } = course;

    public double[] Latencies => Course.Latencies(0, _end);

    public int GreatestBacklog => Course.GreatestBacklog(0, _end);

    public int Left => Course.Backlog(_end);

    public double Right => Course.Labelled.Count(Course.IsRight) / (double)Course.Labelled.Count;

    /// <summary>Resident memory at a share of the day, in MiB.</summary>
    public double MemoryAt(double share) => ProcessUse.MiB(
        Course.Run.Uses.MinBy(use => Math.Abs(use.At - (share * _end)))!.System.ResidentBytes);

    public ModeTimes Modes => new(Course.Labelled, 0, _end);

    public double GivenUp => Course.Labelled.Sum(rungs.GivenUp);

    /// <inheritdoc cref="BurstOutcome.OracleGivenUp"/>
    public double OracleGivenUp(double delay, bool mixes = true) =>
        Oracle.GivenUp(Course.Run.Schedule.Arrivals, 0, _end, delay, rungs, mixes);
}
