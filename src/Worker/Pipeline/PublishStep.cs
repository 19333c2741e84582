using System.Buffers;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Steps 6 and 7: sends labels, tombstones and dead letters; only their delivery completes an offset.</summary>
/// <remarks>
/// <para>Thread-safe. A delivery that fails for good stops the worker: nothing is ever committed because an error was caught.</para>
/// <para>What a topic refuses for its size, or for what it is, is sent again by <see cref="RunRefusedAsync"/>, not from inside the delivery
/// report: that is the client's thread, which must not wait for room in the
/// client's own queue. First it is sent alone, since a broker refuses a whole batch that is larger than one message may be, or that has one
/// record which it does not take; then in a smaller form.</para>
/// </remarks>
internal sealed class PublishStep(
    KafkaOptions options, RecordSink sink, OffsetTracker tracker, Admission load, RecordQueue records, PipelineProgress progress,
    RejectionLog rejections, PipelineFailure failure, TimeProvider time, ILogger<PublishStep> logger)
{
    // Without a bound of its own: it holds at most one entry for each document on its way, and those the pipeline's load bounds.
    private readonly Channel<(OutboundRecord OutboundRecord, Error Error)> _refused = Channel.CreateUnbounded<(OutboundRecord,
        Error)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The registry's id of the prediction schema; set once, before the first label.</summary>
    public int PredictionSchemaId { get; set; }

    /// <summary>Sends the label of a document, with its key and headers.</summary>
    /// <param name="item">The document.</param>
    /// <param name="model">What labelled it.</param>
    /// <param name="probabilities">[labels], sums to 1.</param>
    /// <param name="provenance">How it was labelled.</param>
    /// <param name="output">The caller's scratch; its content is not kept.</param>
    public void Label(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, Provenance provenance,
        ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        WireHeader.Write(output, PredictionSchemaId);
        PredictionWriter.Of(item, model, probabilities, provenance, time.GetUtcNow()).Write(output);
        SourceRecord source = new(item.Source, item.Key, null, item.Headers, item.Timestamp, item.Tokens, item.RetainedBytes);
        Send(new OutboundRecord(options.OutputTopic,
            new() { Key = item.Key, Value = output.WrittenSpan.ToArray(), Headers = item.Headers }, source, progress.Published));
    }

    /// <summary>Passes a record without a value on, so that a compacted topic of labels forgets its key too.</summary>
    public void Tombstone(SourceRecord record) =>
        Send(new OutboundRecord(options.OutputTopic, new() { Key = record.Key, Value = null, Headers = record.Headers }, record,
            progress.Tombstone));

    /// <summary>
    /// Sends a record to the dead-letter topic; without its value, and then without its key and headers too, when the topic does not take
    /// one of that size.
    /// </summary>
    public void Reject(SourceRecord record, Rejection rejection)
    {
        rejections.Add(record.Source, rejection);
        Send(new OutboundRecord(options.DeadLetterTopic, DeadLetter.Of(record, rejection.Reason.Name(), rejection.Detail), record,
            progress.DeadLettered));
    }

    /// <summary>Sends again, alone or smaller, what a topic refused, until told to stop.</summary>
    public async Task RunRefusedAsync(CancellationToken stop)
    {
        await foreach ((OutboundRecord refused, Error error) in _refused.Reader.ReadAllAsync(stop)) SendAgain(refused, error);
    }

    private void Send(OutboundRecord outgoing) =>
        sink.Send(outgoing.Topic, outgoing.Message, outgoing.Alone, error =>
        {
            if (IsOfOneRecord(error.Code)) _refused.Writer.TryWrite((outgoing, error));
            else Delivered(error, outgoing);
        }, failure.Stop);

    private void SendAgain(OutboundRecord refused, Error error)
    {
        if (!refused.Alone)
        {
            Send(refused with { Alone = true });
        }
        else if (refused.Topic == options.OutputTopic)
        {
            SourceRecord record = refused.Source;
            byte[]? value = refused.Message.Value is null ? null : []; // a tombstone stays one; a document's own value is gone by now
            Reject(record with { Value = value }, error.Code == ErrorCode.MsgSizeTooLarge
                ? new Rejection(
                    RejectionReason.LabelTooLarge,
                    $"topic '{options.OutputTopic}' does not take a label of {refused.Message.Value?.Length ?? 0} bytes with a key of {record.Key?.Length ?? 0} and its headers; raise its max.message.bytes")
                : new Rejection(
                    RejectionReason.LabelRefused,
                    $"topic '{options.OutputTopic}' does not take this label, which has {(record.Key is null ? "no key" : "a key")}: {error.Reason}; a compacted topic takes none without a key"));
        }
        else if (error.Code == ErrorCode.MsgSizeTooLarge && DeadLetter.Smaller(refused.Message) is { } smaller)
        {
            SourceOffset source = refused.Source.Source;
            Log.DeadLetterCut(logger, source.Partition.Topic, source.Partition.Partition, source.Offset,
                refused.Message.Value?.Length ?? 0);
            Send(refused with { Message = smaller });
        }
        else
        {
            Delivered(error, refused);
        }
    }

    // A whole batch fails with the one record that a broker does not take; the others are told Local_InvalidDifferentRecord (KIP-467), or
    // the same.
    private static bool IsOfOneRecord(ErrorCode code) =>
        code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.Local_InvalidDifferentRecord;

    private void Delivered(Error error, OutboundRecord outgoing)
    {
        SourceRecord record = outgoing.Source;
        if (error.IsError)
        {
            failure.Report("publish", new DeliveryException(record.Source, outgoing.Topic, error));
            return;
        }

        long cpu = ThreadCpuClock.Now();
        tracker.Complete(record.Source);
        load.Leave(record.ReservedBytes, record.ReservedTokens);
        records.Left(record.Key);
        outgoing.Count();
        progress.Charge(PipelineStep.Publish, cpu);
    }
}
