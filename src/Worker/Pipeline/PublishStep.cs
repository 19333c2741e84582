using System.Buffers;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Schemas;
using Sluice.Worker.Control;
using Sluice.Worker.Diagnostics;
using Sluice.Worker.Inference;
using Sluice.Worker.Kafka;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Pipeline;

/// <summary>Steps 6 and 7: sends labels, tombstones and dead letters; only their delivery completes an offset.</summary>
/// <remarks>Thread-safe. A delivery that fails for good stops the worker: nothing is ever committed because an error was caught.</remarks>
internal sealed class PublishStep(
    KafkaOptions options, RecordSink sink, OffsetTracker tracker, PipelineLoad load, PipelineProgress progress,
    RejectionLog rejections, PipelineFailure failure, TimeProvider time, ILogger<PublishStep> logger)
{
    /// <summary>The registry's id of the prediction schema; set once, before the first label.</summary>
    public int PredictionSchemaId { get; set; }

    /// <summary>Sends the label of a document, with its key and headers.</summary>
    /// <param name="item">The document.</param>
    /// <param name="model">What labelled it.</param>
    /// <param name="probabilities">[labels], sums to 1.</param>
    /// <param name="provenance">How it was labelled.</param>
    /// <param name="output">The caller's scratch; its content is not kept.</param>
    public void Label(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, BatchProvenance provenance, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        WireHeader.Write(output, PredictionSchemaId);
        PredictionCodec.Write(Predictions.Of(item, model, probabilities, provenance, time.GetUtcNow()), output);
        Message<byte[]?, byte[]?> message = new() { Key = item.Key, Value = output.WrittenSpan.ToArray(), Headers = item.Headers };
        sink.Send(options.OutputTopic, message, error =>
        {
            if (error.Code == ErrorCode.MsgSizeTooLarge) RejectLabel(new SourceRecord(item.Source, item.Key, [], item.Headers, item.Timestamp, item.Tokens), message.Value.Length);
            else Delivered(error, item.Source, options.OutputTopic, 0, item.Tokens, progress.Published);
        }, failure.Stop);
    }

    /// <summary>Passes a record without a value on, so that a compacted topic of labels forgets its key too.</summary>
    public void Tombstone(SourceRecord record)
    {
        Message<byte[]?, byte[]?> message = new() { Key = record.Key, Value = null, Headers = record.Headers };
        sink.Send(options.OutputTopic, message, error =>
        {
            if (error.Code == ErrorCode.MsgSizeTooLarge) RejectLabel(record, 0);
            else Delivered(error, record.Source, options.OutputTopic, 0, record.HeldTokens, progress.Tombstone);
        }, failure.Stop);
    }

    /// <summary>Sends a record to the dead-letter topic; without its value, and then without its key and headers too, when the topic does not take one of that size.</summary>
    public void Reject(SourceRecord record, Rejection rejection)
    {
        rejections.Add(record.Source, rejection);
        SendLetter(record, DeadLetter.Of(record, rejection.Reason.Name(), rejection.Detail));
    }

    private void RejectLabel(SourceRecord record, int labelBytes) =>
        Reject(record, new Rejection(RejectionReason.LabelTooLarge, $"topic '{options.OutputTopic}' does not take a label of {labelBytes} bytes with a key of {record.Key?.Length ?? 0} and its headers; raise its max.message.bytes"));

    private void SendLetter(SourceRecord record, Message<byte[]?, byte[]?> letter) =>
        sink.Send(options.DeadLetterTopic, letter, error =>
        {
            if (error.Code == ErrorCode.MsgSizeTooLarge && DeadLetter.Smaller(letter) is { } smaller)
            {
                Log.DeadLetterCut(logger, record.Source.Partition.Topic, record.Source.Partition.Partition, record.Source.Offset, letter.Value?.Length ?? 0);
                SendLetter(record, smaller);
            }
            else
            {
                DeadLetterDelivered(error, record);
            }
        }, failure.Stop);

    private void DeadLetterDelivered(Error error, SourceRecord record) =>
        Delivered(error, record.Source, options.DeadLetterTopic, record.Value?.Length ?? 0, record.HeldTokens, progress.DeadLettered);

    private void Delivered(Error error, SourceOffset source, string topic, int bytes, int tokens, Action count)
    {
        if (error.IsError)
        {
            failure.Report("publish", new DeliveryException(source, topic, error));
            return;
        }

        long cpu = ThreadCpuClock.Now();
        tracker.Complete(source);
        load.Leave(bytes, tokens);
        count();
        progress.Charge(PipelineStep.Publish, cpu);
    }
}
