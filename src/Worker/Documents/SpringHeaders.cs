using System.Buffers.Binary;
using System.Text;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>The headers of Spring for Apache Kafka's DeadLetterPublishingRecoverer (its KafkaHeaders): numbers are big-endian, the rest is
/// UTF-8.</summary>
internal static class SpringHeaders
{
    public const string Prefix = "kafka_dlt-";
    public const string Topic = Prefix + "original-topic";
    public const string Partition = Prefix + "original-partition"; // 4 bytes
    public const string Offset = Prefix + "original-offset"; // 8 bytes
    public const string Timestamp = Prefix + "original-timestamp"; // 8 bytes, milliseconds since 1970; -1 for none
    public const string TimestampType = Prefix + "original-timestamp-type";
    public const string Group = Prefix + "original-consumer-group";
    public const string ExceptionClass = Prefix + "exception-fqcn";
    public const string ExceptionMessage = Prefix + "exception-message";
    public const string StackTrace = Prefix + "exception-stacktrace";

    /// <summary>Those of a rejected record. There is no exception and no stack: the class is <c>sluice.</c> and the reason, and the trace
    /// its first line.</summary>
    public static IEnumerable<RecordHeader> Of(Envelope envelope, string group, Rejection rejection)
    {
        SourceOffset source = envelope.Source;
        string kind = $"sluice.{rejection.Reason.Name()}";
        byte[] partition = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(partition, source.Partition.Partition);
        return
        [
            Text(Topic, source.Partition.Topic),
            new(Partition, partition),
            Number(Offset, source.Offset),
            Number(Timestamp, envelope.Timestamp?.ToUnixTimeMilliseconds() ?? -1),
            Text(TimestampType, TypeOf(envelope)),
            Text(Group, group),
            Text(ExceptionClass, kind),
            Text(ExceptionMessage, rejection.Message),
            Text(StackTrace, $"{kind}: {rejection.Message}"),
        ];
    }

    // The names that Kafka's TimestampType prints.
    private static string TypeOf(Envelope envelope) =>
        envelope.Timestamp is null ? "NoTimestampType" : envelope.IsAppendTime ? "LogAppendTime" : "CreateTime";

    private static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static RecordHeader Number(string name, long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return new(name, bytes);
    }
}
