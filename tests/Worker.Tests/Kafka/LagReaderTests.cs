using System.Reflection;
using Confluent.Kafka;
using Sluice.Worker.Control;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class LagReaderTests
{
    private static readonly TopicPartition First = new("mails", 0), Second = new("mails", 1);

    [Fact]
    public void Lag_is_what_is_not_read_of_all_partitions() =>
        Assert.Equal((2, 12), Of(new Ends((First, 10, 3), (Second, 5, 0))));

    [Fact]
    public void A_partition_of_which_nothing_is_known_yet_counts_for_nothing()
    {
        Assert.Equal((2, 7), Of(new Ends((First, 10, 3), (Second, Offset.Unset, 0))));
        Assert.Equal((1, null), Of(new Ends((First, 10, Offset.Unset))));
        Assert.Equal((0, 0), Of(new Ends()));
    }

    [Fact]
    public void A_partition_that_the_client_no_longer_knows_leaves_the_lag_of_the_others()
    {
        Assert.Equal((2, 7), Of(new Ends((First, 10, 3), (Second, 5, 0)) { Unknown = Second }));
        Assert.Equal((1, null), Of(new Ends((Second, 5, 0)) { Unknown = Second }));
    }

    [Fact]
    public void A_fatal_error_is_not_hidden() =>
        Assert.Throws<KafkaException>(() => Of(new Ends((First, 10, 3)) { Unknown = First, IsFatal = true }));

    private static (int, long?) Of(Ends ends)
    {
        var consumer = DispatchProxy.Create<IConsumer<byte[]?, byte[]?>, StubConsumer>();
        ((StubConsumer)(object)consumer).Ends = ends;
        LagSample sample = LagReader.Read(consumer, TimeSpan.Zero);
        return (sample.Partitions.Count, sample.LagMessages);
    }

    internal sealed class Ends(params (TopicPartition Partition, Offset High, Offset Next)[] ends)
    {
        public TopicPartition? Unknown { get; init; }

        public bool IsFatal { get; init; }

        public List<TopicPartition> Partitions => [.. ends.Select(end => end.Partition)];

        public (TopicPartition Partition, Offset High, Offset Next) Of(TopicPartition partition) => partition == Unknown
            ? throw new KafkaException(new Error(ErrorCode.Local_UnknownPartition, "unknown partition", IsFatal))
            : ends.First(end => end.Partition == partition);
    }

    /// <summary>A consumer that knows its assignment, the ends of its partitions and its places in them, and no more.</summary>
    public class StubConsumer : DispatchProxy
    {
        internal Ends Ends { get; set; } = new();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_Assignment" => Ends.Partitions,
            nameof(IConsumer<byte[], byte[]>.GetWatermarkOffsets) => new WatermarkOffsets(0, Ends.Of((TopicPartition)args![0]!).High),
            nameof(IConsumer<byte[], byte[]>.Position) => Ends.Of((TopicPartition)args![0]!).Next,
            var name => throw new NotSupportedException($"A {nameof(LagReader)} has no need of {name}."),
        };
    }
}
