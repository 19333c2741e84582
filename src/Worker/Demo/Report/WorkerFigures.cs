using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Demo.Report;

/// <summary>What the worker did between two moments.</summary>
/// <param name="Documents">Labelled by the model.</param>
/// <param name="Tokens">Through the model.</param>
/// <param name="Batches">Through the model.</param>
/// <param name="Cpu">CPU time of the worker's threads by step, in the order of the path.</param>
/// <param name="ProcessCpu">CPU time of the whole process: besides the steps, the Kafka clients' threads, the embedded broker and registry, the replay, the runtime.</param>
internal sealed record WorkerFigures(long Documents, long Tokens, long Batches, IReadOnlyList<(string Step, TimeSpan Time)> Cpu, TimeSpan ProcessCpu)
{
    /// <summary>CPU time of all steps.</summary>
    public TimeSpan TotalCpu => TimeSpan.FromTicks(Cpu.Sum(step => step.Time.Ticks));

    public static WorkerFigures Between(ProgressSnapshot before, ProgressSnapshot after, TimeSpan processCpu) => new(
        after.Labelled - before.Labelled,
        after.Tokens - before.Tokens,
        after.Batches - before.Batches,
        [.. after.Cpu.OrderBy(step => step.Key).Select(step => (step.Key.ToString().ToLowerInvariant(), step.Value - before.Cpu[step.Key]))],
        processCpu);

    /// <summary>A step's share of <see cref="TotalCpu"/>, 0..1.</summary>
    public double Share(TimeSpan time) => TotalCpu == TimeSpan.Zero ? 0 : time / TotalCpu;
}
