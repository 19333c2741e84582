using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>Makes the dead-letter record of what cannot be labelled. Thread-safe.</summary>
internal sealed class DeadLetters(KafkaOptions options, OutputPartitions partitions)
{
    /// <summary>What is sent of a rejected record; its delivery finishes the record.</summary>
    /// <param name="envelope">The record.</param>
    /// <param name="value">What is kept of its value; null for a tombstone.</param>
    /// <param name="rejection">Why.</param>
    public Shipment Of(Envelope envelope, byte[]? value, Rejection rejection) =>
        new(DeadLetter.Of(options.DeadLetterTopic, envelope, value, rejection.Reason.Name(), rejection.Message) with
        {
            Partition = partitions.Of(envelope.Source.Partition, options.DeadLetterTopic),
        }, envelope, RecordOutcome.Rejected, Why: rejection);
}
