using Confluent.Kafka;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Reads a <see cref="LagSample"/> of a consumer.</summary>
internal static class LagReader
{
    /// <summary>To be called on the reading thread.</summary>
    public static LagSample Read(IConsumer<byte[]?, byte[]?> consumer, TimeSpan at) => new(at,
        [.. consumer.Assignment.Select(p =>
            new PartitionLag(new SourcePartition(p.Topic, p.Partition.Value), LagOf(p, consumer), LagOf(p, consumer), null, null))]);

    /// <summary>The offset after the last one that the consumer has gone past; null before it has read of the partition.</summary>
    public static long? PositionOf(TopicPartition partition, IConsumer<byte[]?, byte[]?> consumer) =>
        Known(() => consumer.Position(partition));

    private static long? LagOf(TopicPartition partition, IConsumer<byte[]?, byte[]?> consumer) =>
        Known(() => consumer.GetWatermarkOffsets(partition).High) is { } high && PositionOf(partition, consumer) is { } next
            ? Math.Max(0, high - next) : null;

    private static long? Known(Func<Offset> asked)
    {
        try
        {
            Offset offset = asked();
            return offset.IsSpecial ? null : offset.Value;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return null; // a partition whose topic was deleted: the client still has it assigned and knows it no more
        }
    }
}
