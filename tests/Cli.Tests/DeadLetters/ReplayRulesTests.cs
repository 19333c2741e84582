using Sluice.Cli.DeadLetters;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Cli.Tests.DeadLetters;

public sealed class ReplayRulesTests
{
    [Theory]
    [InlineData(DeadLetterStyle.Sluice)]
    [InlineData(DeadLetterStyle.Spring)]
    [InlineData(DeadLetterStyle.Connect)]
    internal void Key_value_and_headers_go_back_as_they_came_with_where_from_and_how_often(DeadLetterStyle style)
    {
        // Headers of its own that are named as ours, or as others', are its own.
        RecordHeader[] own = [new("trace", [1]), new("trace", null), new("sluice.error.reason", "its own"u8.ToArray()),
            new("kafka_dlt-original-topic", "its own"u8.ToArray())];
        DeadLetterRecord record = Letters.OfWorker(RejectionReason.MissingText, own: own, style: style);
        ReplayVerdict verdict = Rules().Of(record);
        Assert.Equal(("", "mails", 3), (verdict.Refusal, verdict.Record!.Topic, verdict.Partition));
        Assert.Same(record.Key, verdict.Record.Key);
        Assert.Same(record.Value, verdict.Record.Value);
        Assert.Equal(Letters.Shown(own) + " sluice.replay.from=mails.dead:0:42 sluice.replay.count=1",
            Letters.Shown(verdict.Record.Headers));
    }

    [Fact]
    public void Each_round_is_counted_and_the_last_place_alone_is_told_until_there_were_enough()
    {
        RecordHeader[] own = [new("trace", [1])];
        for (int round = 1; round <= 3; round++)
        {
            OutboundRecord sent = Rules().Of(Letters.OfWorker(RejectionReason.MissingText, own: own, at: 40 + round)).Record!;
            Assert.Equal(["trace", "sluice.replay.from", "sluice.replay.count"], sent.Headers.Select(header => header.Name));
            Assert.Equal($"trace=\u0001 sluice.replay.from=mails.dead:0:{40 + round} sluice.replay.count={round}",
                Letters.Shown(sent.Headers));
            own = [.. sent.Headers];
        }

        Assert.Equal("it was sent back 3 times already, and --max-replays is 3",
            Rules().Of(Letters.OfWorker(RejectionReason.MissingText, own: own)).Refusal);
    }

    [Fact]
    public void A_count_that_is_none_of_ours_counts_as_never() =>
        Assert.Equal("sluice.replay.from=mails.dead:0:42 sluice.replay.count=1", Letters.Shown(Rules().Of(
            Letters.OfWorker(RejectionReason.MissingText, own: [new("sluice.replay.count", "-7"u8.ToArray())])).Record!.Headers));

    [Theory]
    [InlineData(RejectionReason.RunFailed, "")]
    [InlineData(RejectionReason.LabelTooLarge, "")]
    [InlineData(RejectionReason.LabelRefused, "")]
    internal void A_value_that_was_not_kept_cannot_go_back(RejectionReason reason, string value) =>
        Assert.StartsWith("its value was not kept", Rules().Of(Letters.OfWorker(reason, value: Letters.Text(value))).Refusal,
            StringComparison.Ordinal);

    [Fact]
    public void A_value_that_is_empty_by_itself_can() =>
        Assert.Equal([], Rules().Of(Letters.OfWorker(RejectionReason.WireFormat, value: [])).Record!.Value!);

    [Fact]
    public void A_value_that_was_left_out_cannot_go_back()
    {
        OutboundRecord whole = new("mails.dead", null, new byte[5000], Letters.OfWorker(RejectionReason.MissingText).Headers);
        Assert.Equal("its value was left out, for its topic did not take one of 5000 bytes",
            Rules().Of(Letters.Of(DeadLetter.Smaller(whole)!)).Refusal);
        // As its own header it says nothing of this value.
        Assert.Equal("", Rules().Of(Letters.OfWorker(RejectionReason.MissingText,
            own: [new("sluice.error.omitted-value-bytes", "7"u8.ToArray())])).Refusal);
    }

    [Fact]
    public void A_record_of_nobody_goes_only_where_it_is_told_to()
    {
        DeadLetterRecord record = Letters.With(("own", [1]));
        Assert.StartsWith("its headers name no topic", Rules().Of(record).Refusal, StringComparison.Ordinal);
        ReplayVerdict told = Rules(to: "mended").Of(record);
        Assert.Equal(("mended", null), (told.Record!.Topic, told.Partition));
        Assert.Equal("own", told.Record.Headers[0].Name);
    }

    [Fact]
    public void Others_headers_are_taken_off() => Assert.Equal(["own", "sluice.replay.from", "sluice.replay.count"],
        Rules().Of(Letters.With(("own", [1]), ("__connect.errors.topic", Letters.Text("mails")),
            ("__connect.errors.exception.stacktrace", [2]))).Record!.Headers.Select(header => header.Name));

    [Theory]
    [InlineData("mails.dead", "it would go back into the dead-letter topic; give --to TOPIC")]
    [InlineData("gone", "there is no topic 'gone'; make it, or give --to TOPIC")]
    [InlineData("__consumer_offsets", "topic '__consumer_offsets' is one of Kafka's own, by its name; give --to TOPIC")]
    public void Where_it_must_not_or_cannot_go_it_does_not(string topic, string refusal) =>
        Assert.Equal(refusal, Rules().Of(Letters.OfWorker(RejectionReason.MissingText, topic: topic)).Refusal);

    [Theory]
    [InlineData(4, null, 3)]
    [InlineData(3, null, null)] // the topic has fewer partitions now
    [InlineData(4, "mended", null)] // another topic's partitions are others
    public void It_goes_to_the_partition_that_it_came_from_where_there_is_one(int partitions, string? to, int? partition) =>
        Assert.Equal(partition, Rules(to, partitions).Of(Letters.OfWorker(RejectionReason.MissingText, partition: 3)).Partition);

    private static ReplayRules Rules(string? to = null, int partitions = 4) =>
        new("mails.dead", to, 3, topic => topic == "gone" ? null : partitions);
}
