using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class FailedReadsTests
{
    private static readonly TopicPartition First = new("documents", 0), Second = new("documents", 1);
    private static readonly Error Damaged = new(ErrorCode.Local_BadCompression, "Decompression (codec 0x1) of message at 7 failed");

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<RecordSource> _lines = new();
    private readonly FailedReads _reads;

    public FailedReadsTests() => _reads = new FailedReads(_time, _lines);

    [Fact]
    public void A_batch_that_fails_twice_a_second_is_told_once_a_minute_with_its_place_and_the_way_out()
    {
        for (int tries = 0; tries < 240; tries++)
        {
            _reads.Add(new TopicPartitionOffset(First, 7), Damaged);
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        string[] told = _lines.Take();
        Assert.Equal(2, told.Length);
        Assert.StartsWith("Reading documents[0]@7 failed with Local_BadCompression: Decompression (codec 0x1) of message at 7 failed; "
            + "the client tries again (0 more ", told[0], StringComparison.Ordinal);
        Assert.Contains("(119 more tries failed since the last such line)", told[1], StringComparison.Ordinal);
        Assert.All(told, line => Assert.EndsWith("--reset-offsets)", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_partition_is_told_by_itself_and_that_it_is_read_again()
    {
        _reads.Add(new TopicPartitionOffset(First, 7), Damaged);
        _reads.Add(new TopicPartitionOffset(Second, 8), Damaged);
        Assert.Equal(2, _lines.Take().Length);
        _time.Advance(TimeSpan.FromSeconds(9));
        _reads.Read(Second);
        _reads.Read(Second);
        Assert.Equal(["Reading documents[1] goes on, after 9 s"], _lines.Take());
        _reads.Add(new TopicPartitionOffset(First, 7), Damaged);
        Assert.Empty(_lines.Take());
    }

    [Fact]
    public void It_is_known_which_fail_until_they_are_read_or_taken_away()
    {
        Assert.Empty(_reads.Failing);
        _reads.Add(new TopicPartitionOffset(First, 7), Damaged);
        _reads.Add(new TopicPartitionOffset(Second, 8), Damaged);
        _reads.Add(new TopicPartitionOffset("documents", Partition.Any, Offset.Unset), Damaged); // nobody knows which
        Assert.Equal([new SourcePartition("documents", 0), new SourcePartition("documents", 1)],
            _reads.Failing.OrderBy(partition => partition.Partition));
        _reads.Read(Second);
        Assert.Equal([new SourcePartition("documents", 0)], _reads.Failing);
        _reads.Forget([new SourcePartition("documents", 0), new SourcePartition("documents", 1)]);
        Assert.Empty(_reads.Failing);
    }

    [Fact]
    public void What_passes_by_itself_and_has_no_place_is_told_without_them()
    {
        _reads.Add(new TopicPartitionOffset("documents", Partition.Any, Offset.Unset), new Error(ErrorCode.UnknownTopicOrPart, "Unknown"));
        Assert.Equal(["Reading documents failed with UnknownTopicOrPart: Unknown; the client tries again "
            + "(0 more tries failed since the last such line)"], _lines.Take());
    }
}
