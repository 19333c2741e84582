using System.Text;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Documents;

public sealed class DeadLetterTests
{
    private static readonly Envelope Record = new(new SourceOffset(new SourcePartition("mails", 7), 1, 42), [9],
        [new("trace", "t"u8.ToArray()), new("trace", null)], DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));

    [Fact]
    public void It_keeps_key_value_and_headers_and_says_why_from_where_and_of_what_time()
    {
        byte[] value = [1, 2, 3];
        OutboundRecord letter = Letter(value, "the first byte is 1");
        Assert.Equal(("dead", false), (letter.Topic, letter.Alone));
        Assert.Same(Record.Key, letter.Key);
        Assert.Same(value, letter.Value);
        Assert.Equal(
            [
                ("trace", "t"), ("trace", null), ("sluice.error.reason", "wire-format"), ("sluice.error.message", "the first byte is 1"),
                    ("sluice.source.topic", "mails"),
                ("sluice.source.partition", "7"), ("sluice.source.offset", "42"), ("sluice.source.timestamp", "1700000000123"),
            ],
            letter.Headers.Select(h => (h.Name, Text(h.Value))));
    }

    [Fact]
    public void The_records_own_headers_are_not_touched()
    {
        Letter([1], "x");
        Assert.Equal(2, Record.Headers.Count);
    }

    [Fact]
    public void A_long_explanation_is_cut() =>
        Assert.Equal(new string('x', 960) + "... (4,040 more characters)",
            Last(Letter([1], new string('x', 5000)), "sluice.error.message"));

    [Fact]
    public void A_long_explanation_is_not_cut_through_a_character() =>
        Assert.Equal(new string('x', 959) + "... (52 more characters)",
            Last(Letter([1], new string('x', 959) + "\U0001F600" + new string('x', 50)), "sluice.error.message"));

    [Fact]
    public void A_value_too_large_for_the_topic_is_left_out_and_its_size_kept()
    {
        OutboundRecord cut = DeadLetter.Smaller(Letter(new byte[5000], "x"))!;
        Assert.Empty(cut.Value!);
        Assert.Equal("5000", Last(cut, DeadLetterHeaders.OmittedValue));
        Assert.Equal("42", Last(cut, "sluice.source.offset"));
    }

    [Fact]
    public void A_letter_still_too_large_keeps_only_why_and_from_where()
    {
        OutboundRecord cut = DeadLetter.Smaller(DeadLetter.Smaller(Letter(new byte[5000], "x"))!)!;
        Assert.Null(cut.Key);
        Assert.All(cut.Headers, h => Assert.StartsWith("sluice.", h.Name, StringComparison.Ordinal));
        Assert.Equal("42", Last(cut, "sluice.source.offset"));
        Assert.Null(DeadLetter.Smaller(cut));
    }

    private static OutboundRecord Letter(byte[] value, string detail) => DeadLetter.Of("dead", Record, value, "wire-format", detail);

    private static string? Last(OutboundRecord letter, string header) => Text(letter.Headers.Last(h => h.Name == header).Value);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
