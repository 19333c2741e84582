using Sluice.Inference.Batching;
using Sluice.Inference.Machine;

namespace Sluice.Worker.Observability;

/// <summary>
/// What the path has done since it began: counts, and CPU time of each step. Any thread may add, any thread may take a snapshot.
/// </summary>
internal sealed class PipelineProgress
{
    private readonly long[] _cpuNanoseconds = new long[Enum.GetValues<PipelineStep>().Length];
    private long _consumed, _labelled, _published, _deadLettered, _tombstones, _dropped, _committed, _tokens;

    /// <summary>The batches that were run.</summary>
    public BatchStatistics Batches { get; } = new();

    public void Consumed() => Interlocked.Increment(ref _consumed);

    public void Labelled(int documents, int tokens)
    {
        Interlocked.Add(ref _labelled, documents);
        Interlocked.Add(ref _tokens, tokens);
    }

    public void Published() => Interlocked.Increment(ref _published);

    public void DeadLettered() => Interlocked.Increment(ref _deadLettered);

    public void Tombstone() => Interlocked.Increment(ref _tombstones);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Committed(long records) => Interlocked.Add(ref _committed, records);

    /// <summary>
    /// Charges a step with the CPU that this thread has used since <paramref name="since"/>, a reading of <see cref="ThreadCpuClock"/> on
    /// this thread; returns the present reading.
    /// </summary>
    public long Charge(PipelineStep step, long since)
    {
        long now = ThreadCpuClock.Now();
        Interlocked.Add(ref _cpuNanoseconds[(int)step], now - since);
        return now;
    }

    /// <summary>Charges a step with nanoseconds of CPU that threads other than its own spent for it.</summary>
    public void ChargeHelpers(PipelineStep step, long nanoseconds) => Interlocked.Add(ref _cpuNanoseconds[(int)step], nanoseconds);

    /// <summary>The counts at this moment. Each is exact; together they may be some records apart.</summary>
    public ProgressSnapshot Snapshot() => new()
    {
        Consumed = Interlocked.Read(ref _consumed),
        Labelled = Interlocked.Read(ref _labelled),
        Published = Interlocked.Read(ref _published),
        DeadLettered = Interlocked.Read(ref _deadLettered),
        Tombstones = Interlocked.Read(ref _tombstones),
        Dropped = Interlocked.Read(ref _dropped),
        Committed = Interlocked.Read(ref _committed),
        Tokens = Interlocked.Read(ref _tokens),
        Batches = Batches.Read(),
        Cpu = Enum.GetValues<PipelineStep>().ToDictionary(s => s, s =>
            TimeSpan.FromMicroseconds(Interlocked.Read(ref _cpuNanoseconds[(int)s]) / 1000.0)),
    };
}
