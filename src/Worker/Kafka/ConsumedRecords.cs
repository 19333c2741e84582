using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>From the client's words to ours.</summary>
internal static class ConsumedRecords
{
    private const long EarliestMs = -62_135_596_800_000; // the year 1
    private const long LatestMs = 253_402_300_799_999; // the year 9999

    /// <summary>A record that was read.</summary>
    public static InboundRecord Of(ConsumeResult<byte[]?, byte[]?> result) => new(Of(result.TopicPartition), result.Offset.Value,
        result.Message.Key, result.Message.Value, Of(result.Message.Headers), TimeOf(result.Message.Timestamp))
    {
        IsAppendTime = result.Message.Timestamp.Type == TimestampType.LogAppendTime,
    };

    /// <summary>A partition.</summary>
    public static SourcePartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    /// <summary>A record's time; null where it has none of the calendar.</summary>
    /// <remarks>A producer may write any 64-bit number as its time; microseconds in place of milliseconds lie beyond the year 9999.
    /// </remarks>
    public static DateTimeOffset? TimeOf(Timestamp timestamp) =>
        timestamp.Type != TimestampType.NotAvailable && timestamp.UnixTimestampMs is >= EarliestMs and <= LatestMs
            ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs) : null;

    private static RecordHeader[] Of(Headers? headers)
    {
        if (headers is not { Count: > 0 }) return [];
        RecordHeader[] ours = new RecordHeader[headers.Count];
        for (int i = 0; i < ours.Length; i++) ours[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        return ours;
    }
}
