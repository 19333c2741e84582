using Sluice.Inference.Machine;
using Sluice.Inference.Modes;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Observability;

/// <summary>
/// What the path has done since it began: counts, those of records as <see cref="InFlightRecords"/> has them, and CPU time of each step.
/// Any thread may add, any thread may take a snapshot.
/// </summary>
internal sealed class PipelineProgress(InFlightRecords records)
{
    private readonly long[] _cpuNanoseconds = new long[Enum.GetValues<PipelineStep>().Length];
    private long _labelled, _tokens, _failedRuns;

    /// <summary>The batches that were run.</summary>
    public BatchCounts Batches { get; } = new();

    /// <summary>Labels that were delivered, by the mode that made them.</summary>
    public CountsBy<Mode> LabelsByMode { get; } = new();

    /// <summary>Dead-letter records that were delivered, by the name of their reason.</summary>
    public CountsBy<string> DeadLettersByReason { get; } = new();

    /// <summary>Runs of the model that failed, those over a part of a batch that had failed among them.</summary>
    public long FailedRuns => Interlocked.Read(ref _failedRuns);

    /// <summary>Records that are finished, whatever became of them.</summary>
    public long Finished => records.Counts.Finished;

    public void RunFailed() => Interlocked.Increment(ref _failedRuns);

    public void Labelled(int documents, int tokens)
    {
        Interlocked.Add(ref _labelled, documents);
        Interlocked.Add(ref _tokens, tokens);
    }

    /// <summary>
    /// Charges a step with the CPU that this thread has used since <paramref name="since"/>, a reading of <see cref="ThreadCpuClock"/> on
    /// this thread; returns the present reading.
    /// </summary>
    /// <param name="step">Which.</param>
    /// <param name="since">The reading.</param>
    /// <param name="times">For how many alike it stands.</param>
    public long Charge(PipelineStep step, long since, int times = 1)
    {
        long now = ThreadCpuClock.Now();
        Interlocked.Add(ref _cpuNanoseconds[(int)step], times * (now - since));
        return now;
    }

    /// <summary>Charges the infer step with nanoseconds of CPU that threads other than its own spent for it.</summary>
    public void ChargeHelpers(long nanoseconds) =>
        Interlocked.Add(ref _cpuNanoseconds[(int)PipelineStep.Infer], nanoseconds);

    /// <summary>CPU that this process's own threads have spent in a step, in milliseconds.</summary>
    public double CpuMilliseconds(PipelineStep step) => Interlocked.Read(ref _cpuNanoseconds[(int)step]) / 1e6;

    /// <summary>The counts at this moment. Each is exact; together they may be some records apart.</summary>
    public ProgressSnapshot Snapshot()
    {
        InFlightCounts counts = records.Counts;
        return new ProgressSnapshot
        {
            Consumed = counts.Consumed,
            Labelled = Interlocked.Read(ref _labelled),
            Published = counts.Published,
            DeadLettered = counts.DeadLettered,
            Tombstones = counts.Tombstones,
            Dropped = counts.Dropped,
            PassedOver = counts.PassedOver,
            Committed = counts.Committed,
            Tokens = Interlocked.Read(ref _tokens),
            Batches = Batches.Read(),
            Cpu = Enum.GetValues<PipelineStep>().ToDictionary(s => s, s =>
                TimeSpan.FromMicroseconds(Interlocked.Read(ref _cpuNanoseconds[(int)s]) / 1000.0)),
        };
    }
}
