using System.Diagnostics;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>Makes the dead-letter record of what cannot be labelled. Thread-safe.</summary>
internal sealed class DeadLetters(KafkaOptions options, OutputPartitions partitions, DeadLetterOptions style)
{
    /// <summary>What is sent of a rejected record; its delivery finishes the record.</summary>
    /// <param name="envelope">The record.</param>
    /// <param name="value">What is kept of its value; null for a tombstone.</param>
    /// <param name="rejection">Why.</param>
    public Shipment Of(Envelope envelope, byte[]? value, Rejection rejection)
    {
        OutboundRecord record = DeadLetter.Of(options.DeadLetterTopic, envelope, value, rejection.Reason.Name(), rejection.Message) with
        {
            Partition = partitions.Of(envelope.Source.Partition, options.DeadLetterTopic),
        };
        // Behind the worker's own, which are there in every style: its own tools go by them.
        record = style.Headers switch
        {
            DeadLetterStyle.Sluice => record,
            DeadLetterStyle.Spring => With(record, SpringHeaders.Of(envelope, options.GroupId, rejection)),
            DeadLetterStyle.Connect => With(record, ConnectHeaders.Of(envelope, options.GroupId, rejection)),
            var other => throw new UnreachableException($"There are no headers of {other}, though the settings allow it. This is a bug."),
        };
        return new Shipment(record, envelope, RecordOutcome.Rejected, Why: rejection);
    }

    private static OutboundRecord With(OutboundRecord record, IEnumerable<RecordHeader> headers) =>
        record with { Headers = [.. record.Headers, .. headers] };
}
