using System.Text;
using Confluent.Kafka;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents;

public sealed class DeadLetterTests
{
    [Fact]
    public void It_keeps_key_value_and_headers_and_says_why_from_where_and_of_what_time()
    {
        SourceRecord record = Create(value: [1, 2, 3]);
        Message<byte[]?, byte[]?> letter = DeadLetter.Of(record, "wire-format", "the first byte is 1");
        Assert.Equal(record.Key, letter.Key);
        Assert.Equal(record.Value, letter.Value);
        Assert.Equal(Timestamp.Default, letter.Timestamp); // the time of sending: with the record's, retention would take it at once
        Assert.Equal(
            [
                ("trace", "t"), ("trace", null), ("sluice.error.reason", "wire-format"), ("sluice.error.message", "the first byte is 1"),
                    ("sluice.source.topic", "mails"),
                ("sluice.source.partition", "7"), ("sluice.source.offset", "42"), ("sluice.source.timestamp", "1700000000123"),
            ],
            letter.Headers.Select(h => (h.Key, Text(h.GetValueBytes()))));
    }

    [Fact]
    public void The_records_own_headers_are_not_touched()
    {
        SourceRecord record = Create(value: [1]);
        DeadLetter.Of(record, "wire-format", "x");
        Assert.Equal(2, record.Headers!.Count);
    }

    [Fact]
    public void A_long_explanation_is_cut() =>
        Assert.Equal(new string('x', 960) + "... (4,040 more characters)",
            Text(DeadLetter.Of(Create(value: [1]), "wire-format", new string('x', 5000)).Headers.GetLastBytes("sluice.error.message")));

    [Fact]
    public void A_long_explanation_is_not_cut_through_a_character() =>
        Assert.Equal(new string('x', 959) + "... (52 more characters)",
            Text(DeadLetter.Of(Create(value: [1]), "wire-format", new string('x', 959) + "\U0001F600" + new string('x', 50)).Headers
                .GetLastBytes("sluice.error.message")));

    [Fact]
    public void A_value_too_large_for_the_topic_is_left_out_and_its_size_kept()
    {
        Message<byte[]?, byte[]?> cut = DeadLetter.Smaller(DeadLetter.Of(Create(value: new byte[5000]), "wire-format", "x"))!;
        Assert.Empty(cut.Value!);
        Assert.Equal("5000", Text(cut.Headers.GetLastBytes(DeadLetter.OmittedValue)));
        Assert.Equal("42", Text(cut.Headers.GetLastBytes("sluice.source.offset")));
    }

    [Fact]
    public void A_letter_still_too_large_keeps_only_why_and_from_where()
    {
        Message<byte[]?, byte[]?> cut = DeadLetter.Smaller(DeadLetter.Smaller(DeadLetter.Of(Create(value: new byte[5000]), "wire-format",
            "x"))!)!;
        Assert.Null(cut.Key);
        Assert.All(cut.Headers, h => Assert.StartsWith("sluice.", h.Key, StringComparison.Ordinal));
        Assert.Equal("42", Text(cut.Headers.GetLastBytes("sluice.source.offset")));
        Assert.Null(DeadLetter.Smaller(cut));
    }

    private static SourceRecord Create(byte[] value) => new(
        new SourceOffset(new SourcePartition("mails", 7), 1, 42), [9], value,
            new Headers { { "trace", "t"u8.ToArray() }, { "trace", null } },
        DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), ReservedTokens: 5);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
