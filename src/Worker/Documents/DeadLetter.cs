using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Sluice.Worker.InFlight;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>
/// A record that cannot be labelled, as it goes to the dead-letter topic: key, value and headers as they came, and headers that say why,
/// from where and of what time.
/// </summary>
/// <remarks>
/// Added headers, all UTF-8: <c>sluice.error.reason</c> (a fixed word), <c>sluice.error.message</c>, <c>sluice.source.topic</c>,
/// <c>sluice.source.partition</c>, <c>sluice.source.offset</c>,
/// <c>sluice.source.timestamp</c> (milliseconds since 1970, where the record has a time; the letter's own is when it was sent: with the
/// record's, the topic's retention would take a letter of an old record at once, and
/// a broker refuses one of a future time). A record that was a dead letter before gets them a second time: the last ones count, as always
/// in Kafka.
/// </remarks>
internal static class DeadLetter
{
    private const int MaxMessageChars = 960; // a rejection has fewer; headers count against the topic's largest message

    /// <summary>The header that stands for a value left out, with its size in bytes.</summary>
    public const string OmittedValue = "sluice.error.omitted-value-bytes";

    public static Message<byte[]?, byte[]?> Of(SourceRecord record, string reason, string detail)
    {
        Headers headers = [];
        foreach (IHeader header in record.Headers ?? []) headers.Add(header.Key, header.GetValueBytes());
        SourceOffset source = record.Source;
        Add(headers, "sluice.error.reason", reason);
        Add(headers, "sluice.error.message", ForeignText.OneLine(detail, MaxMessageChars));
        Add(headers, "sluice.source.topic", source.Partition.Topic);
        Add(headers, "sluice.source.partition", source.Partition.Partition.ToString(CultureInfo.InvariantCulture));
        Add(headers, "sluice.source.offset", source.Offset.ToString(CultureInfo.InvariantCulture));
        if (record.Timestamp is { } time) Add(headers, "sluice.source.timestamp",
            time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers };
    }

    /// <summary>
    /// The next smaller form of a letter that its topic did not take: without the value, then without key and headers of the record; null
    /// when there is none. The source offset still leads to the record.
    /// </summary>
    public static Message<byte[]?, byte[]?>? Smaller(Message<byte[]?, byte[]?> letter)
    {
        bool hasValue = letter.Value is { Length: > 0 };
        if (!hasValue && letter.Key is null && letter.Headers.All(IsOurs)) return null;
        Headers headers = [];
        foreach (IHeader header in letter.Headers.Where(h => hasValue || IsOurs(h))) headers.Add(header.Key, header.GetValueBytes());
        if (hasValue) Add(headers, OmittedValue, letter.Value!.Length.ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?> { Key = hasValue ? letter.Key : null, Value = [], Headers = headers };
    }

    private static bool IsOurs(IHeader header) => header.Key.StartsWith("sluice.", StringComparison.Ordinal);

    private static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
}
