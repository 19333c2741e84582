using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Machine;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>What is worth a line between two looks at the path. One thread.</summary>
/// <param name="start">The counts at the beginning.</param>
/// <param name="kafka">Names for the hint.</param>
/// <param name="standstill">How often it is told that nothing moves: no partition, or documents in flight that stay there.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where the lines go.</param>
internal sealed class ProgressLines(ProgressSnapshot start, KafkaOptions kafka, TimeSpan standstill, TimeProvider time, ILogger logger)
{
    private readonly long _began = time.GetTimestamp();
    private readonly RepeatedWarning _unassigned = new(time, standstill), _stuck = new(time, standstill);
    private readonly ProgressSnapshot _start = start;
    private ProgressSnapshot _last = start;
    private long _lastLook = time.GetTimestamp();

    /// <summary>Looks once.</summary>
    /// <param name="now">The counts.</param>
    /// <param name="inFlight">Documents in flight.</param>
    /// <param name="held">Of these, rejected ones that are held back.</param>
    /// <param name="sample">Where the consumer stands; null before it reads.</param>
    public void Tick(ProgressSnapshot now, long inFlight, int held, LagSample? sample)
    {
        TimeSpan elapsed = time.GetElapsedTime(_lastLook);
        double seconds = Math.Max(elapsed.TotalSeconds, 1e-3);
        if (Moved(now) || (inFlight > 0 && _stuck.ShouldLog(out _)))
        {
            long documents = now.Published - _last.Published;
            (double perSecond, double tokens) = (documents / seconds, (now.Tokens - _last.Tokens) / seconds);
            long rejected = now.DeadLettered - _last.DeadLettered;
            if (sample is { LagMessages: { } behind, RecordAge: { } age })
                Log.ProgressWithAge(logger, documents, perSecond, tokens, rejected, inFlight, behind, age.TotalSeconds);
            else if (sample?.LagMessages is { } lag) Log.Progress(logger, documents, perSecond, tokens, rejected, inFlight, lag);
            else Log.ProgressWithoutLag(logger, documents, perSecond, tokens, rejected, inFlight);
            if (held > 0) Log.HeldInFlight(logger, held, (int)HeldRejections.Longest.TotalSeconds);
        }

        TellBatches(now.Batches.Since(_last.Batches));
        if (Moved(now) || inFlight == 0) _stuck.TryEnd(out _);
        if (sample is not { Partitions.Count: 0 }) _unassigned.TryEnd(out _);
        else if (_unassigned.ShouldLog(out _)) Log.WaitingForPartitions(logger, string.Join(", ", kafka.InputTopics), kafka.GroupId);
        (_last, _lastLook) = (now, time.GetTimestamp());
    }

    /// <summary>The last line.</summary>
    public void Total(ProgressSnapshot end)
    {
        if (Settled(end) == Settled(_start)) return;
        TimeSpan elapsed = time.GetElapsedTime(_began);
        long documents = end.Published - _start.Published;
        Log.Totals(logger, documents, end.DeadLettered - _start.DeadLettered, end.Tombstones - _start.Tombstones,
            end.Tokens - _start.Tokens, elapsed.TotalSeconds, documents / Math.Max(elapsed.TotalSeconds, 1e-3));
    }

    private void TellBatches(BatchTotals batches)
    {
        if (batches.Batches == 0 || !logger.IsEnabled(LogLevel.Debug)) return;
        MemoryUse memory = MemoryUse.Read();
        Log.Batches(
            logger, batches.Batches, (double)batches.Documents / batches.Batches, batches.PaddingRatio, batches.MeanError,
            memory.Resident >> 20, memory.Managed >> 20, memory.Arena >> 20, memory.NativeHeap >> 20, memory.Other >> 20);
    }

    private static long Settled(ProgressSnapshot at) => at.Published + at.DeadLettered + at.Tombstones + at.PassedOver;

    private bool Moved(ProgressSnapshot now) => now.Consumed != _last.Consumed || now.Published != _last.Published
        || now.DeadLettered != _last.DeadLettered
        || now.Tombstones != _last.Tombstones || now.PassedOver != _last.PassedOver || now.Tokens != _last.Tokens;
}
