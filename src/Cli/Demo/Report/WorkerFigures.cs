using Sluice.Inference.Batching;
using Sluice.Worker.Observability;

namespace Sluice.Cli.Demo.Report;

/// <summary>What the worker did between two moments.</summary>
/// <param name="Documents">Labelled by the model.</param>
/// <param name="Tokens">Through the model.</param>
/// <param name="Batches">Through the model: their shapes, and what was predicted of them.</param>
/// <param name="Steps">CPU time of the worker's threads by step, in the order of the path.</param>
/// <param name="ProcessCpu">CPU time of the whole process.</param>
internal sealed record WorkerFigures(long Documents, long Tokens, BatchTotals Batches, IReadOnlyList<(string Step, TimeSpan Time)> Steps,
    TimeSpan ProcessCpu)
{
    /// <summary>CPU time of all steps.</summary>
    public TimeSpan StepsCpu => TimeSpan.FromTicks(Steps.Sum(step => step.Time.Ticks));

    /// <summary>
    /// The steps, then <c>other</c>: what the process used besides them, which is the Kafka clients' threads, the embedded broker and
    /// registry, the replay, the reading back and the runtime.
    /// </summary>
    public IReadOnlyList<(string Step, TimeSpan Time)> Cpu => [.. Steps, ("other", WholeCpu - StepsCpu)];

    // The process's clock ticks more coarsely than the threads', so a short run may have less of it.
    private TimeSpan WholeCpu => ProcessCpu > StepsCpu ? ProcessCpu : StepsCpu;

    public static WorkerFigures Between(ProgressSnapshot before, ProgressSnapshot after, TimeSpan processCpu) => new(
        after.Labelled - before.Labelled,
        after.Tokens - before.Tokens,
        after.Batches.Since(before.Batches),
        [.. after.Cpu.OrderBy(step => step.Key).Select(step =>
            (step.Key.ToString().ToLowerInvariant(), step.Value - before.Cpu[step.Key]))],
        processCpu);

    /// <summary>A time's share of all that the process used, 0..1; those of <see cref="Cpu"/> add up to 1.</summary>
    public double Share(TimeSpan time) => WholeCpu == TimeSpan.Zero ? 0 : time / WholeCpu;
}
