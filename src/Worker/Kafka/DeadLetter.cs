using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Kafka;

/// <summary>A record that cannot be labelled, as it goes to the dead-letter topic: key, value, headers and time as they came, and headers that say why and from where.</summary>
/// <remarks>
/// Added headers, all UTF-8: <c>sluice.error.reason</c> (a fixed word), <c>sluice.error.message</c>, <c>sluice.source.topic</c>, <c>sluice.source.partition</c>, <c>sluice.source.offset</c>,
/// <c>sluice.source.timestamp</c> (milliseconds since 1970, where the record has a time). A record that was a dead letter before gets them a second time: the last ones count, as always in Kafka.
/// </remarks>
internal static class DeadLetter
{
    private const int MaxMessageChars = 1000; // headers count against the topic's largest message

    /// <summary>The header that stands for a value left out, with its size in bytes.</summary>
    public const string OmittedValue = "sluice.error.omitted-value-bytes";

    public static Message<byte[]?, byte[]?> Of(SourceRecord record, string reason, string detail)
    {
        Headers headers = [];
        foreach (IHeader header in record.Headers ?? []) headers.Add(header.Key, header.GetValueBytes());
        SourceOffset source = record.Source;
        Add(headers, "sluice.error.reason", reason);
        Add(headers, "sluice.error.message", detail.Length > MaxMessageChars ? detail[..MaxMessageChars] : detail);
        Add(headers, "sluice.source.topic", source.Partition.Topic);
        Add(headers, "sluice.source.partition", source.Partition.Partition.ToString(CultureInfo.InvariantCulture));
        Add(headers, "sluice.source.offset", source.Offset.ToString(CultureInfo.InvariantCulture));
        if (record.Timestamp is { } time) Add(headers, "sluice.source.timestamp", time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers, Timestamp = record.Timestamp is { } t ? new Timestamp(t) : Timestamp.Default };
    }

    /// <summary>The same without its value, for a topic that takes no message of that size; the source offset still leads to it.</summary>
    public static Message<byte[]?, byte[]?> WithoutValue(Message<byte[]?, byte[]?> letter)
    {
        Headers headers = [];
        foreach (IHeader header in letter.Headers) headers.Add(header.Key, header.GetValueBytes());
        Add(headers, OmittedValue, (letter.Value?.Length ?? 0).ToString(CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?> { Key = letter.Key, Value = [], Headers = headers, Timestamp = letter.Timestamp };
    }

    private static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
}
