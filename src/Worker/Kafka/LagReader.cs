using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Where the consumer stands, as it knows itself, without asking a broker. Immutable.</summary>
/// <param name="Partitions">How many it has been assigned.</param>
/// <param name="Lag">Records of them that are not read yet, as of the last answer to a fetch; null while that is known of none.</param>
internal sealed record LagSample(int Partitions, long? Lag);

/// <summary>Reads a <see cref="LagSample"/> of a consumer.</summary>
internal static class LagReader
{
    /// <summary>To be called on the reading thread.</summary>
    public static LagSample Read(IConsumer<byte[]?, byte[]?> consumer)
    {
        long? lag = null;
        List<TopicPartition> assignment = consumer.Assignment;
        foreach (TopicPartition partition in assignment)
            if (LagOf(partition, consumer) is { } records) lag = (lag ?? 0) + records;

        return new LagSample(assignment.Count, lag);
    }

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
