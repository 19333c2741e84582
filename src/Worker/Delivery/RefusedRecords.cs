using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>What a topic refused for its size, or for what it is, and the next form in which it may be taken.</summary>
/// <remarks>
/// Thread-safe to add to; one reads. It is not sent again from inside the delivery report: that is the client's thread, which must not
/// wait for room in the client's own queue. First it goes alone, since a broker refuses a whole batch that is larger than one message may
/// be, or that has one record which it does not take; a label then becomes a dead-letter record, and that gets smaller.
/// </remarks>
internal sealed class RefusedRecords(KafkaOptions options, DeadLetters deadLetters, ILogger<RefusedRecords> logger)
{
    // Without a bound of its own: it holds at most one entry for each record in flight, and those are bounded.
    private readonly Channel<(Shipment Shipment, SendFailure Failure)> _refused =
        Channel.CreateUnbounded<(Shipment, SendFailure)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Takes what was refused.</summary>
    public void Add(Shipment shipment, SendFailure failure) => _refused.Writer.TryWrite((shipment, failure));

    /// <summary>What was refused, as it comes.</summary>
    public IAsyncEnumerable<(Shipment Shipment, SendFailure Failure)> ReadAllAsync(CancellationToken stop) =>
        _refused.Reader.ReadAllAsync(stop);

    /// <summary>How to send it again; null when there is no way left.</summary>
    public Shipment? NextForm(Shipment refused, SendFailure failure)
    {
        if (failure.IsForItsPartition)
            return refused.Record.Partition is null ? null : refused with { Record = refused.Record with { Partition = null } };
        if (!refused.Record.Alone) return refused with { Record = refused.Record with { Alone = true } };
        if (refused.Record.Topic == options.OutputTopic) return Rejected(refused, failure);
        if (!failure.IsForItsSize || DeadLetter.Smaller(refused.Record) is not { } smaller) return null;
        SourceOffset source = refused.Envelope.Source;
        Log.DeadLetterCut(logger, source.Partition.Topic, source.Partition.Partition, source.Offset, refused.Record.Value?.Length ?? 0);
        return refused with { Record = smaller };
    }

    private Shipment Rejected(Shipment refused, SendFailure failure)
    {
        (OutboundRecord label, Envelope envelope) = (refused.Record, refused.Envelope);
        byte[]? value = label.Value is null ? null : []; // a tombstone stays one; a document's own value is gone by now
        Rejection rejection = failure.IsForItsSize
            ? new Rejection(RejectionReason.LabelTooLarge, $"topic '{label.Topic}' does not take a label of {label.Value?.Length ?? 0} "
                + $"bytes with a key of {label.Key?.Length ?? 0} and its headers")
            : new Rejection(RejectionReason.LabelRefused, $"topic '{label.Topic}' does not take this label, which has "
                + $"{(label.Key is null ? "no key" : "a key")}: {failure.Reason}; a compacted topic takes none without a key");
        return deadLetters.Of(envelope, value, rejection);
    }
}
