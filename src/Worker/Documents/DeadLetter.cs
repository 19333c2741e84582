using System.Globalization;
using System.Text;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>
/// A record that cannot be labelled, as it goes to the dead-letter topic: key, value and headers as they came, and headers that say why,
/// from where and of what time.
/// </summary>
/// <remarks>
/// The added headers are those of <see cref="DeadLetterHeaders"/>, all UTF-8. <c>sluice.source.timestamp</c> has the record's time; the
/// dead-letter record's own is when it was sent: with the record's, the topic's retention would take the dead-letter record of an old
/// record at once, and a broker refuses one of a future time. A record that was one before gets them a second time: the last ones count, as
/// always in Kafka.
/// </remarks>
internal static class DeadLetter
{
    private const int MaxMessageChars = 960; // a rejection has fewer; headers count against the topic's largest message

    /// <summary>A dead-letter record of a record.</summary>
    /// <param name="topic">The dead-letter topic.</param>
    /// <param name="envelope">The record, without its value.</param>
    /// <param name="value">Its value, as far as it is still there; null for a tombstone.</param>
    /// <param name="reason">The name of a <see cref="RejectionReason"/>.</param>
    /// <param name="detail">Why it cannot be labelled, in words.</param>
    public static OutboundRecord Of(string topic, Envelope envelope, byte[]? value, string reason, string detail)
    {
        SourceOffset source = envelope.Source;
        List<RecordHeader> headers =
        [
            .. envelope.Headers,
            Header(DeadLetterHeaders.Reason, reason),
            Header(DeadLetterHeaders.Message, ForeignText.OneLine(detail, MaxMessageChars)),
            Header(DeadLetterHeaders.Topic, source.Partition.Topic),
            Header(DeadLetterHeaders.Partition, source.Partition.Partition.ToString(CultureInfo.InvariantCulture)),
            Header(DeadLetterHeaders.Offset, source.Offset.ToString(CultureInfo.InvariantCulture)),
        ];
        if (envelope.Timestamp is { } time)
            headers.Add(Header(DeadLetterHeaders.Timestamp, time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        return new OutboundRecord(topic, envelope.Key, value, headers);
    }

    /// <summary>
    /// The next smaller form of a dead-letter record that its topic did not take: without the value, then without key and headers of the
    /// record; null when there is none. The source offset still leads to the record.
    /// </summary>
    public static OutboundRecord? Smaller(OutboundRecord deadLetter)
    {
        bool hasValue = deadLetter.Value is { Length: > 0 };
        int added = DeadLetterHeaders.AddedFrom(deadLetter.Headers);
        if (!hasValue && deadLetter.Key is null && added == 0) return null;
        List<RecordHeader> headers = [.. deadLetter.Headers.Skip(hasValue ? 0 : added)];
        if (hasValue)
            headers.Add(Header(DeadLetterHeaders.OmittedValue, deadLetter.Value!.Length.ToString(CultureInfo.InvariantCulture)));
        return deadLetter with { Key = hasValue ? deadLetter.Key : null, Value = [], Headers = headers };
    }

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
