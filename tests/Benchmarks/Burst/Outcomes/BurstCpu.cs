using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst.Outcomes;

/// <summary>Cores that were busy in a stretch, on average.</summary>
/// <param name="System">By the system that labels.</param>
/// <param name="Broker">By Kafka; null where it was not started here.</param>
/// <param name="Load">By this process: the load, and what watches.</param>
/// <param name="OtherSteps">Share of the system's time that was not inference; null where it does not tell.</param>
internal sealed record BurstCpu(double System, double? Broker, double Load, double? OtherSteps)
{
    /// <param name="uses">In the order of their times.</param>
    /// <param name="from">Seconds; the samples closest to both ends are compared.</param>
    /// <param name="to">Seconds.</param>
    public static BurstCpu Of(IReadOnlyList<UseSample> uses, double from, double to)
    {
        UseSample first = Closest(from), last = Closest(to);
        double seconds = last.At - first.At, system = last.System.CpuSeconds - first.System.CpuSeconds;
        return new BurstCpu(
            system / seconds,
            (last.Broker?.CpuSeconds - first.Broker?.CpuSeconds) / seconds,
            (last.Load - first.Load) / seconds,
            1 - ((last.InferenceSeconds - first.InferenceSeconds) / system));

        UseSample Closest(double at) => uses.MinBy(use => Math.Abs(use.At - at))!;
    }
}
