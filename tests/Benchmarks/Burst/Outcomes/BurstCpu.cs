using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst.Outcomes;

/// <summary>Cores that were busy in a stretch, on average.</summary>
/// <param name="System">By the system that labels.</param>
/// <param name="Broker">By Kafka; null where it was not started here.</param>
/// <param name="Load">By this process: the load, and what watches.</param>
/// <param name="Steps">By each step of the system; empty where it does not tell. What is in none is the Kafka client's, the runtime's.
/// </param>
internal sealed record BurstCpu(double System, double? Broker, double Load, IReadOnlyDictionary<string, double> Steps)
{
    private const string Inference = "infer";

    /// <summary>Share of the system's time that was not inference, the Kafka client's and the runtime's too; null where it does not tell.
    /// </summary>
    public double? NotInference => Steps.TryGetValue(Inference, out double cores) ? 1 - (cores / System) : null;

    /// <param name="uses">In the order of their times.</param>
    /// <param name="from">Seconds; the samples closest to both ends are compared.</param>
    /// <param name="to">Seconds.</param>
    public static BurstCpu Of(IReadOnlyList<UseSample> uses, double from, double to)
    {
        UseSample first = Closest(from), last = Closest(to);
        double seconds = last.At - first.At;
        return new BurstCpu(
            (last.System.CpuSeconds - first.System.CpuSeconds) / seconds,
            (last.Broker?.CpuSeconds - first.Broker?.CpuSeconds) / seconds,
            (last.Load - first.Load) / seconds,
            last.Steps.Where(step => first.Steps.ContainsKey(step.Key)).ToDictionary(
                step => step.Key, step => (step.Value - first.Steps[step.Key]) / seconds));

        UseSample Closest(double at) => uses.MinBy(use => Math.Abs(use.At - at))!;
    }
}
