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
/// Added headers, all UTF-8: <c>sluice.error.reason</c> (a fixed word), <c>sluice.error.message</c>, <c>sluice.source.topic</c>,
/// <c>sluice.source.partition</c>, <c>sluice.source.offset</c>, <c>sluice.source.timestamp</c> (milliseconds since 1970, where the record
/// has a time; the dead-letter record's own is when it was sent: with the record's, the topic's retention would take the dead-letter record
/// of an old record at once, and a broker refuses one of a future time). A record that was one before gets them a second time: the last
/// ones count, as always in Kafka.
/// </remarks>
internal static class DeadLetter
{
    private const int MaxMessageChars = 960; // a rejection has fewer; headers count against the topic's largest message

    /// <summary>The header that stands for a value left out, with its size in bytes.</summary>
    public const string OmittedValue = "sluice.error.omitted-value-bytes";

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
            Header("sluice.error.reason", reason),
            Header("sluice.error.message", ForeignText.OneLine(detail, MaxMessageChars)),
            Header("sluice.source.topic", source.Partition.Topic),
            Header("sluice.source.partition", source.Partition.Partition.ToString(CultureInfo.InvariantCulture)),
            Header("sluice.source.offset", source.Offset.ToString(CultureInfo.InvariantCulture)),
        ];
        if (envelope.Timestamp is { } time)
            headers.Add(Header("sluice.source.timestamp", time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        return new OutboundRecord(topic, envelope.Key, value, headers);
    }

    /// <summary>
    /// The next smaller form of a dead-letter record that its topic did not take: without the value, then without key and headers of the
    /// record; null when there is none. The source offset still leads to the record.
    /// </summary>
    public static OutboundRecord? Smaller(OutboundRecord deadLetter)
    {
        bool hasValue = deadLetter.Value is { Length: > 0 };
        if (!hasValue && deadLetter.Key is null && deadLetter.Headers.All(IsOurs)) return null;
        List<RecordHeader> headers = [.. deadLetter.Headers.Where(h => hasValue || IsOurs(h))];
        if (hasValue) headers.Add(Header(OmittedValue, deadLetter.Value!.Length.ToString(CultureInfo.InvariantCulture)));
        return deadLetter with { Key = hasValue ? deadLetter.Key : null, Value = [], Headers = headers };
    }

    private static bool IsOurs(RecordHeader header) => header.Name.StartsWith("sluice.", StringComparison.Ordinal);

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
