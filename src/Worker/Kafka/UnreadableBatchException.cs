using Confluent.Kafka;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>A batch cannot be read where it lies, however often: its partition cannot go on. It ends the worker with
/// <see cref="ExitCodes.UnreadableBatch"/>; what lies before it is labelled and committed first.</summary>
internal sealed class UnreadableBatchException(SourcePartition partition, long offset, Error error, int tries)
    : Exception($"{partition} cannot be read from offset {offset} on, {tries} tries failed: {error.Reason.TrimEnd('.')} ({error.Code}). "
        + "The batch there is damaged, or packed in a way that this client does not know. See first whether a sound copy is left: another "
        + "replica may have one (make it the leader), or the producer. Else pass it over: find the first offset behind the batch "
        + $"(kafka-dump-log), and start once with --Faults:{nameof(FaultsOptions.SkipTo)}:0="
        + $"{partition.Topic}:{partition.Partition}:OFFSET.")
{
    /// <summary>Which.</summary>
    public SourcePartition Partition { get; } = partition;

    /// <summary>The first offset that cannot be read.</summary>
    public long Offset { get; } = offset;
}
