using System.Text;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

public sealed class DeadLettersTests
{
    private static readonly Rejection Why = new(RejectionReason.MissingText, "there is no field 'body'");

    private static readonly string[] Ours =
    [
        "sluice.error.reason", "sluice.error.message", "sluice.source.topic", "sluice.source.partition", "sluice.source.offset",
        "sluice.source.timestamp",
    ];

    [Fact]
    public void By_default_there_are_the_workers_own_headers_alone() =>
        Assert.Equal(["trace", .. Ours], Of(DeadLetterStyle.Sluice, Record()).Select(header => header.Name));

    /// <summary>As DeadLetterPublishingRecoverer writes them: numbers in big-endian bytes.</summary>
    [Fact]
    public void Springs_headers_come_behind_the_workers_own_in_Springs_encodings()
    {
        RecordHeader[] headers = Of(DeadLetterStyle.Spring, Record());
        Assert.Equal(["trace", .. Ours], headers.Take(7).Select(header => header.Name));
        Assert.Equal(
            [
                ("kafka_dlt-original-topic", "6D61696C73"),
                ("kafka_dlt-original-partition", "00000007"),
                ("kafka_dlt-original-offset", "000000010000002A"),
                ("kafka_dlt-original-timestamp", "0000018BCFE5687B"),
                ("kafka_dlt-original-timestamp-type", Hex("CreateTime")),
                ("kafka_dlt-original-consumer-group", Hex("mail-labels")),
                ("kafka_dlt-exception-fqcn", Hex("sluice.missing-text")),
                ("kafka_dlt-exception-message", Hex(Why.Message)),
                ("kafka_dlt-exception-stacktrace", Hex($"sluice.missing-text: {Why.Message}")),
            ],
            headers.Skip(7).Select(header => (header.Name, Convert.ToHexString(header.Value!))));
    }

    [Theory]
    [InlineData(true, true, "LogAppendTime", 1_700_000_000_123)]
    [InlineData(true, false, "CreateTime", 1_700_000_000_123)]
    [InlineData(false, false, "NoTimestampType", -1)]
    public void Spring_is_told_whose_time_it_is(bool hasTime, bool isAppendTime, string type, long milliseconds)
    {
        RecordHeader[] headers = Of(DeadLetterStyle.Spring, Record(hasTime, isAppendTime));
        Assert.Equal(type, Encoding.UTF8.GetString(headers.Single(h => h.Name == "kafka_dlt-original-timestamp-type").Value!));
        Assert.Equal(milliseconds.ToString("X16", null),
            Convert.ToHexString(headers.Single(h => h.Name == "kafka_dlt-original-timestamp").Value!));
    }

    [Fact]
    public void The_time_is_the_brokers_where_the_record_that_was_read_says_so()
    {
        InFlightRecords records = new(new InFlightLimits(10, 1000, 1 << 20, false), TimeProvider.System);
        SourcePartition mails = new("mails", 0);
        records.Open(new AssignedPartition(mails, 0, true));
        records.Enter(new InboundRecord(mails, 0, null, [1], [], DateTimeOffset.UnixEpoch) { IsAppendTime = true });
        Assert.True(records.ToDecode.TryRead(out SourceRecord taken));
        Assert.True(taken.Envelope.IsAppendTime);
    }

    /// <summary>As DeadLetterQueueReporter writes them: text alone.</summary>
    [Fact]
    public void Connects_headers_come_behind_the_workers_own_as_text()
    {
        RecordHeader[] headers = Of(DeadLetterStyle.Connect, Record());
        Assert.Equal(["trace", .. Ours], headers.Take(7).Select(header => header.Name));
        Assert.Equal(
            [
                ("__connect.errors.topic", "mails"),
                ("__connect.errors.partition", "7"),
                ("__connect.errors.offset", "4294967338"),
                ("__connect.errors.connector.name", "mail-labels"),
                ("__connect.errors.task.id", "0"),
                ("__connect.errors.stage", "VALUE_CONVERTER"),
                ("__connect.errors.class.name", "Sluice.Worker"),
                ("__connect.errors.exception.class.name", "sluice.missing-text"),
                ("__connect.errors.exception.message", Why.Message),
            ],
            headers.Skip(7).Select(header => (header.Name, Encoding.UTF8.GetString(header.Value!))));
    }

    [Theory]
    [InlineData(RejectionReason.RunFailed, "TRANSFORMATION")]
    [InlineData(RejectionReason.LabelTooLarge, "KAFKA_PRODUCE")]
    [InlineData(RejectionReason.LabelRefused, "KAFKA_PRODUCE")]
    [InlineData(RejectionReason.WireFormat, "VALUE_CONVERTER")]
    internal void Connect_is_told_at_which_stage(RejectionReason reason, string stage) =>
        Assert.Equal(stage, Encoding.UTF8.GetString(Of(DeadLetterStyle.Connect, Record(), new Rejection(reason, "x"))
            .Single(header => header.Name == "__connect.errors.stage").Value!));

    [Theory]
    [InlineData(DeadLetterStyle.Sluice)]
    [InlineData(DeadLetterStyle.Spring)]
    [InlineData(DeadLetterStyle.Connect)]
    internal void Cut_to_the_least_a_record_keeps_all_that_was_added_and_nothing_of_its_own(DeadLetterStyle style)
    {
        // Its writer has named its own headers as others name theirs.
        Envelope record = Record(own: [new("sluice.error.reason", new byte[90_000]),
            new("kafka_dlt-exception-stacktrace", new byte[90_000]), new("__connect.errors.topic", new byte[90_000])]);
        OutboundRecord whole = Create(style).Of(record, new byte[5000], Why).Record;
        OutboundRecord cut = DeadLetter.Smaller(DeadLetter.Smaller(whole)!)!;
        Assert.Equal([.. whole.Headers.Skip(3).Select(h => h.Name), "sluice.error.omitted-value-bytes"], cut.Headers.Select(h => h.Name));
        Assert.InRange(cut.Headers.Sum(header => header.Value!.Length), 1, 1000);
        Assert.Null(DeadLetter.Smaller(cut));
    }

    private static RecordHeader[] Of(DeadLetterStyle style, Envelope record, Rejection? why = null) =>
        [.. Create(style).Of(record, [1], why ?? Why).Record.Headers];

    private static DeadLetters Create(DeadLetterStyle style) =>
        new(new KafkaOptions { DeadLetterTopic = "dead", GroupId = "mail-labels" }, Partitionings.ByKey,
            new DeadLetterOptions { Headers = style });

    private static Envelope Record(bool hasTime = true, bool isAppendTime = false, RecordHeader[]? own = null) =>
        new(new SourceOffset(new SourcePartition("mails", 7), 1, 4_294_967_338), [9], own ?? [new("trace", "t"u8.ToArray())],
            hasTime ? DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123) : null)
        {
            IsAppendTime = isAppendTime,
        };

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
