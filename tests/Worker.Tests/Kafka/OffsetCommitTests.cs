using Confluent.Kafka;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class OffsetCommitTests
{
    private readonly List<PartitionWatermark> _committed = [], _gone = [];
    private int _commits;

    [Fact]
    public void A_deleted_topic_of_many_partitions_costs_few_commits_and_holds_back_no_other()
    {
        PartitionWatermark[] all = [.. Watermarks("kept", 900, topics: 9), .. Watermarks("gone", 100)];
        Action<IEnumerable<TopicPartitionOffset>> broker = Broker(p => p.Topic.StartsWith("kept", StringComparison.Ordinal));
        Assert.Null(OffsetCommit.Try(broker, all, _committed.Add, _gone.Add));
        Assert.Equal((900, 100), (_committed.Distinct().Count(), _gone.Distinct().Count()));
        Assert.All(_gone, watermark => Assert.StartsWith("gone", watermark.Partition.Topic, StringComparison.Ordinal));
        Assert.InRange(_commits, 1, 20); // in halves of partitions it was over 200
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    public void Of_a_topic_made_anew_with_fewer_partitions_those_that_there_are_are_committed(int partitions)
    {
        Assert.Null(OffsetCommit.Try(Broker(partition => partition.Partition.Value < partitions), Watermarks("topic", 100), _committed.Add,
            _gone.Add));
        Assert.Equal(Enumerable.Range(0, partitions), _committed.Select(watermark => watermark.Partition.Partition).Order());
        Assert.Equal(Enumerable.Range(partitions, 100 - partitions), _gone.Select(watermark => watermark.Partition.Partition).Order());
        Assert.InRange(_commits, 1, 16);
    }

    private static PartitionWatermark[] Watermarks(string topic, int count, int topics = 1) =>
        [.. Enumerable.Range(0, count).Reverse().Select(i => new PartitionWatermark(new($"{topic}{i % topics}", i / topics), 1, 10, 1))];

    /// <summary>As librdkafka's client: of one partition that is not known it gives the error for all.</summary>
    private Action<IEnumerable<TopicPartitionOffset>> Broker(Func<TopicPartition, bool> knows) => offsets =>
    {
        _commits++;
        if (!offsets.All(offset => knows(offset.TopicPartition))) throw new KafkaException(ErrorCode.UnknownTopicOrPart);
    };
}
