using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Where the consumer stands, as it knows itself, without asking a broker. Immutable.</summary>
/// <param name="Partitions">How many it has been assigned.</param>
/// <param name="Lag">Records of them that are not read yet, as of the last answer to a fetch; null while that is known of none.</param>
internal sealed record LagSample(int Partitions, long? Lag)
{
    /// <summary>To be called on the reading thread.</summary>
    public static LagSample Of(IConsumer<byte[]?, byte[]?> consumer)
    {
        long? lag = null;
        List<TopicPartition> assignment = consumer.Assignment;
        foreach (TopicPartition partition in assignment)
            if (LagOf(partition, consumer) is { } records) lag = (lag ?? 0) + records;

        return new LagSample(assignment.Count, lag);
    }

    private static long? LagOf(TopicPartition partition, IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            Offset high = consumer.GetWatermarkOffsets(partition).High, next = consumer.Position(partition);
            return high.IsSpecial || next.IsSpecial ? null : Math.Max(0, high.Value - next.Value);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return null; // a partition whose topic was deleted: the client still has it assigned and knows it no more
        }
    }
}
