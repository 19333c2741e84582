using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli.DeadLetters;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Cli.Tests.DeadLetters;

public sealed class ProvenanceTests
{
    [Theory]
    [InlineData(DeadLetterStyle.Sluice)]
    [InlineData(DeadLetterStyle.Spring)]
    [InlineData(DeadLetterStyle.Connect)]
    internal void A_record_of_a_worker_is_known_in_every_style(DeadLetterStyle style)
    {
        Provenance provenance = Letters.OfWorker(RejectionReason.MissingText, style: style).Provenance;
        Assert.Equal((DeadLetterWriter.Sluice, "missing-text", "mails:3:17"), (provenance.Writer, provenance.Reason, provenance.Source));
        Assert.StartsWith("there is no field 'body'; ", provenance.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Springs_numbers_are_read_as_bytes_and_as_a_person_would_write_them()
    {
        Provenance spring = Letters.With(("kafka_dlt-original-topic", Letters.Text("orders")),
            ("kafka_dlt-original-partition", [0, 0, 1, 2]), ("kafka_dlt-original-offset", [0, 0, 0, 1, 0, 0, 0, 5]),
            ("kafka_dlt-exception-fqcn", Letters.Text("org.springframework.kafka.listener.ListenerExecutionFailedException")),
            ("kafka_dlt-exception-message", Letters.Text("Listener failed"))).Provenance;
        Assert.Equal((DeadLetterWriter.Spring, "ListenerExecutionFailedException", "Listener failed", "orders:258:4294967301"),
            (spring.Writer, spring.Reason, spring.Message, spring.Source));
        Assert.Equal("orders:7:12", Letters.With(("kafka_dlt-original-topic", Letters.Text("orders")),
            ("kafka_dlt-original-partition", Letters.Text("7")), ("kafka_dlt-original-offset", Letters.Text("12"))).Provenance.Source);
    }

    [Theory]
    [InlineData("__connect.errors.", "exception.class.name", "exception.message", DeadLetterWriter.Connect)]
    [InlineData("__streams.errors.", "exception", "message", DeadLetterWriter.Streams)]
    internal void Connects_and_Streams_headers_are_text(string prefix, string exception, string message, DeadLetterWriter writer)
    {
        Provenance found = Letters.With((prefix + "topic", Letters.Text("orders")), (prefix + "partition", Letters.Text("1234")),
            (prefix + "offset", Letters.Text("12345678")), (prefix + exception, Letters.Text("a.b.Outer$DataException")),
            (prefix + message, Letters.Text("bad"))).Provenance;
        Assert.Equal((writer, "DataException", "bad", "orders:1234:12345678"),
            (found.Writer, found.Reason, found.Message, found.Source));
    }

    [Fact]
    public void The_last_of_headers_of_one_name_counts_and_the_workers_own_go_before_others()
    {
        Provenance found = Letters.With(("kafka_dlt-original-topic", Letters.Text("orders")),
            ("sluice.error.reason", Letters.Text("not-text")), ("sluice.source.topic", Letters.Text("first")),
            ("sluice.error.reason", Letters.Text("null-text")), ("sluice.source.topic", Letters.Text("mails"))).Provenance;
        Assert.Equal(("null-text", "mails:?:?"), (found.Reason, found.Source));
        Assert.Equal([false, false, false, true, true], Enumerable.Range(0, 5).Select(found.Added));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\u001b[2J")]
    public void What_is_no_name_of_a_topic_is_none(string topic)
    {
        Assert.Null(Letters.With(("sluice.error.reason", Letters.Text("null-text")), ("sluice.source.topic", Letters.Text(topic)))
            .Provenance.Topic);
        Assert.False(Provenance.IsTopic(topic));
        Assert.False(Provenance.IsTopic(new string('a', 250)));
    }

    /// <summary>Anybody may have written them.</summary>
    [Fact]
    public void Whatever_bytes_headers_hold_what_is_told_is_bounded_and_safe_to_print() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            string[] names = ["sluice.error.reason", "sluice.error.message", "sluice.source.topic", "sluice.source.partition",
                "sluice.source.offset", "kafka_dlt-original-topic", "kafka_dlt-original-partition", "kafka_dlt-original-offset",
                "kafka_dlt-exception-fqcn", "__connect.errors.topic", "__connect.errors.partition", "__streams.errors.topic",
                "sluice.replay.count", "sluice.error.omitted-value-bytes", "x"];
            RecordHeader[] headers = [.. Enumerable.Range(0, random.Next(12)).Select(_ =>
            {
                byte[] value = new byte[random.Next(8) == 0 ? 100_000 : random.Next(20)];
                random.NextBytes(value);
                if (random.Next(2) == 0) for (int at = 0; at < value.Length; at++) value[at] = (byte)"0123456789-.aZ\u001b"[value[at] % 15];
                return new RecordHeader(names[random.Next(names.Length)], random.Next(10) == 0 ? null : value);
            })];
            DeadLetterRecord record = new("d", 0, 0, null, null, [], headers);
            Provenance found = record.Provenance;
            Assert.Matches("^[A-Za-z0-9_-]{1,60}$", found.Reason);
            Assert.InRange(found.Message.Length, 0, 4096);
            Assert.Matches(@"^(\?|[A-Za-z0-9._-]{1,249}:(\?|[0-9]{1,10}):(\?|[0-9]{1,19}))$", found.Source);
            Assert.InRange(record.Replays, 0, int.MaxValue);
            _ = new ReplayRules("dead", null, 3, _ => 1).Of(record);
        }).QuickCheckThrowOnFailure();
}
