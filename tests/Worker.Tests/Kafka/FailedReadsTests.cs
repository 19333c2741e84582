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

    public FailedReadsTests() => _reads = new FailedReads(TimeSpan.FromSeconds(30), _time, _lines);

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
            + "it is tried again (0 more ", told[0], StringComparison.Ordinal);
        Assert.Contains("(119 more tries failed since the last such line)", told[1], StringComparison.Ordinal);
        Assert.All(told, line => Assert.EndsWith("stops with exit code 6", line, StringComparison.Ordinal));
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
        Assert.Equal(["Reading documents failed with UnknownTopicOrPart: Unknown; it is tried again "
            + "(0 more tries failed since the last such line)"], _lines.Take());
    }

    /// <summary>What was damaged on its way is sound the next time.</summary>
    [Theory]
    [InlineData(ErrorCode.Local_BadMsg)]
    [InlineData(ErrorCode.Local_BadCompression)]
    [InlineData(ErrorCode.Local_NotImplemented)]
    public void What_the_client_cannot_read_three_times_it_never_will(ErrorCode code)
    {
        Error damaged = new(code, "damaged");
        Assert.Equal([null, null, 3, 4], Enumerable.Range(0, 4).Select(_ => _reads.Add(new TopicPartitionOffset(First, 7), damaged)));
        _reads.Read(First);
        Assert.Null(_reads.Add(new TopicPartitionOffset(First, 9), damaged)); // another one
    }

    /// <summary>The next leader may have a sound copy.</summary>
    [Fact]
    public void What_the_broker_cannot_read_itself_is_waited_for()
    {
        Error damaged = new(ErrorCode.InvalidMsg, "CRC");
        for (int tries = 0; tries < 60; tries++)
        {
            Assert.Null(_reads.Add(new TopicPartitionOffset(First, 7), damaged));
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Equal(61, _reads.Add(new TopicPartitionOffset(First, 7), damaged));
    }

    [Fact]
    public void What_is_no_damage_is_tried_for_ever_and_has_no_place_to_go_back_to()
    {
        Error moved = new(ErrorCode.NotLeaderForPartition, "moved");
        for (int tries = 0; tries < 10; tries++)
        {
            Assert.Null(_reads.Add(new TopicPartitionOffset(First, 7), moved));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Null(_reads.StandsAt(First));
    }

    [Fact]
    public void A_batch_that_cannot_be_read_is_gone_back_to_from_wherever_the_client_went()
    {
        _reads.Add(new TopicPartitionOffset(First, 7), Damaged, next: 8);
        _reads.Add(new TopicPartitionOffset(First, 0), Damaged, next: 0); // after a seek the client does not know where it was
        Assert.Equal((8, null), (_reads.StandsAt(First), _reads.StandsAt(Second)));
        _reads.Read(First);
        Assert.Null(_reads.StandsAt(First));
    }
}
