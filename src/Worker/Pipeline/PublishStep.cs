using System.Buffers;
using System.Diagnostics;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Pipeline;

/// <summary>The publish step: makes what is sent of a record: a label, a tombstone or a dead-letter record. Its delivery finishes the
/// record.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PublishStep(KafkaOptions options, HeldLabels held, IDelivery delivery, DeadLetters deadLetters,
    OutputPartitions partitions, TimeProvider time)
{
    /// <summary>How labels are written; set once, before the first label.</summary>
    public ILabelFormat Labels
    {
        get => field ?? throw new UnreachableException("A label is made before it is known how labels are written. This is a bug.");
        set;
    }

    /// <summary>Makes the label of a document, with its key and headers, but for one that names the schema of its value; it is sent with
    /// those that are held.</summary>
    /// <param name="item">The document.</param>
    /// <param name="model">What labelled it.</param>
    /// <param name="probabilities">[labels], sums to 1.</param>
    /// <param name="provenance">How it was labelled.</param>
    /// <param name="output">The caller's scratch; its content is not kept.</param>
    public void Label(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, Provenance provenance,
        ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        Labels.Write(PredictionWriter.Of(item.Envelope, item.DocumentId, item.TokenCount, model, probabilities, provenance,
            time.GetUtcNow(), item.Fields), output);
        held.Add(Of(item.Envelope, output.WrittenSpan.ToArray(), RecordOutcome.Labelled, provenance.AnsweredBy));
    }

    /// <summary>Passes a record without a value on, so that a compacted topic of labels forgets its key too.</summary>
    public void Tombstone(Envelope envelope) => delivery.Send(Of(envelope, null, RecordOutcome.Tombstone));

    /// <summary>
    /// Sends a record to the dead-letter topic; without its value, and then without its key and headers too, when the topic does not take
    /// one of that size. Before the first label is delivered it may be held back.
    /// </summary>
    public void Reject(Envelope envelope, byte[] value, Rejection rejection) =>
        delivery.Reject(deadLetters.Of(envelope, value, rejection));

    /// <summary>Sends a document that is tokenized to the dead-letter topic: with an empty value, for its own is gone by then. Its source
    /// offset still leads to it.</summary>
    public void Reject(WorkItem item, Rejection rejection) => Reject(item.Envelope, [], rejection);

    private Shipment Of(Envelope envelope, byte[]? value, RecordOutcome outcome, Mode? madeBy = null) =>
        new(new OutboundRecord(options.OutputTopic, envelope.Key, value,
            value is null ? envelope.Headers : SchemaFrame.Without(envelope.Headers),
            Partition: partitions.Of(envelope.Source.Partition, options.OutputTopic)), envelope, outcome, madeBy);
}
