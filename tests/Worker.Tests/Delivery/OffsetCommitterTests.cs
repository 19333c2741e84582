using System.Reflection;
using Confluent.Kafka;
using Sluice.Worker.Delivery;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Delivery;

public sealed class OffsetCommitterTests
{
    private static readonly SourcePartition First = new("mails", 0), Second = new("mails", 1), Other = new("letters", 0);

    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System);
    private readonly Group _group = new();
    private readonly OffsetCommitter _committer;

    public OffsetCommitterTests()
    {
        var consumer = DispatchProxy.Create<IConsumer<byte[]?, byte[]?>, StubConsumer>();
        ((StubConsumer)(object)consumer).Group = _group;
        _committer = new OffsetCommitter(
            (watermarks, committed, gone) => OffsetCommit.Try(consumer.Commit, watermarks, committed, gone) is null, _records);
    }

    [Fact]
    public void What_is_finished_is_committed_once()
    {
        Finish(First, 5);
        Finish(First, 6);
        Finish(Other, 0);
        Assert.True(_committer.Commit());
        Assert.True(_committer.Commit());
        Assert.Equal(["letters[0] 1, mails[0] 7"], _group.Asked);
        Assert.Equal((3, 0), (_records.Counts.Committed, _records.Uncommitted));
    }

    [Fact]
    public void Nothing_is_asked_of_the_group_while_nothing_is_finished()
    {
        _records.Open(new AssignedPartition(First, 5, IsCommitted: true));
        Enter(First, 5);
        Assert.True(_committer.Commit());
        Assert.Empty(_group.Asked);
    }

    [Fact]
    public void The_place_of_a_partition_that_the_group_has_none_of_is_committed_before_a_record_is_finished()
    {
        _records.Open(new AssignedPartition(First, 5, IsCommitted: false));
        Assert.True(_committer.Commit());
        Assert.Equal(["mails[0] 5"], _group.Asked);
        Assert.True(_committer.Commit());
        Assert.Single(_group.Asked);
    }

    [Fact]
    public void A_topic_that_is_gone_holds_nothing_back_and_is_tried_again()
    {
        Finish(First, 5);
        Finish(Other, 0);
        _group.Refused = [Other];
        _group.Refusal = ErrorCode.UnknownTopicOrPart;
        Assert.True(_committer.Commit());
        Assert.Equal((1, 0), (_records.Counts.Committed, _records.Uncommitted));
        _group.Refused = [];
        Assert.True(_committer.Commit());
        Assert.Equal(["letters[0] 1, mails[0] 6", "letters[0] 1"], _group.Asked);
    }

    [Fact]
    public void A_commit_that_fails_for_some_partitions_offers_those_again_and_no_others()
    {
        Finish(First, 5);
        Finish(Second, 7);
        Finish(Other, 0);
        _group.Refused = [First, Other];
        Assert.False(_committer.Commit());
        Assert.Equal((1, 2), (_records.Counts.Committed, _records.Uncommitted));
        Finish(Other, 1);
        _group.Refused = [];
        Assert.True(_committer.Commit());
        Assert.Equal(["letters[0] 1, mails[0] 6, mails[1] 8", "letters[0] 2, mails[0] 6"], _group.Asked);
        Assert.Equal((4, 0), (_records.Counts.Committed, _records.Uncommitted));
    }

    [Fact]
    public void A_commit_that_fails_as_a_whole_is_offered_again()
    {
        Finish(First, 5);
        _group.Down = new Error(ErrorCode.RebalanceInProgress);
        Assert.False(_committer.Commit());
        _group.Down = null;
        Assert.True(_committer.Commit());
        Assert.Equal(["mails[0] 6", "mails[0] 6"], _group.Asked);
        Assert.Equal(1, _records.Counts.Committed);
    }

    [Fact]
    public void A_fatal_error_is_not_hidden()
    {
        Finish(First, 5);
        _group.Down = new Error(ErrorCode.FencedInstanceId, "another has this id", isFatal: true);
        Assert.Throws<KafkaException>(() => _committer.Commit());
    }

    [Fact]
    public void What_is_taken_away_is_committed_at_once_and_never_again()
    {
        Finish(First, 5);
        Finish(Second, 7);
        SourceRecord late = Enter(First, 6);
        Assert.True(_committer.CommitRevoked([First, Other]));
        _records.Finish(late.Envelope, RecordOutcome.Labelled);
        Assert.True(_committer.Commit());
        Assert.Equal(["mails[0] 6", "mails[1] 8"], _group.Asked);
    }

    private SourceRecord Enter(SourcePartition partition, long offset)
    {
        Assert.True(_records.Enter(new InboundRecord(partition, offset, null, [], [], null)));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        return record;
    }

    private void Finish(SourcePartition partition, long offset) =>
        _records.Finish(Enter(partition, offset).Envelope, RecordOutcome.Labelled);

    /// <summary>What the broker of the group was asked to commit, and how it answers.</summary>
    internal sealed class Group
    {
        public List<string> Asked { get; } = [];

        public SourcePartition[] Refused { get; set; } = [];

        public ErrorCode Refusal { get; set; } = ErrorCode.GroupLoadInProgress;

        public Error? Down { get; set; }

        public void Commit(TopicPartitionOffset[] offsets)
        {
            IEnumerable<string> asked = offsets.Select(o => $"{o.Topic}[{o.Partition.Value}] {o.Offset.Value}");
            Asked.Add(string.Join(", ", asked.Order(StringComparer.Ordinal)));
            if (Down is not null) throw new KafkaException(Down);
            List<TopicPartitionOffsetError> results =
                [.. offsets.Reverse().Select(o => new TopicPartitionOffsetError(o, new Error(CodeOf(o))))];
            if (results.Any(r => r.Error.IsError)) throw new TopicPartitionOffsetException(results);
        }

        private ErrorCode CodeOf(TopicPartitionOffset offset) => Refused.Contains(new SourcePartition(offset.Topic, offset.Partition.Value))
            ? Refusal : ErrorCode.NoError;
    }

    /// <summary>A consumer that can commit, and no more.</summary>
    public class StubConsumer : DispatchProxy
    {
        internal Group Group { get; set; } = new();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IConsumer<byte[], byte[]>.Commit), targetMethod!.Name);
            Group.Commit([.. (IEnumerable<TopicPartitionOffset>)args![0]!]);
            return null;
        }
    }
}
