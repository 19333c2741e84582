using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Where the consumer stands, as it knows itself, without asking a broker. Immutable.</summary>
/// <param name="Partitions">How many it has been assigned.</param>
/// <param name="Lag">Records of them that are not read yet, as of the last answer to a fetch; null while that is known of none.</param>
internal sealed record Standing(int Partitions, long? Lag)
{
    /// <summary>To be called on the reading thread.</summary>
    public static Standing Of(IConsumer<byte[]?, byte[]?> consumer)
    {
        long? lag = null;
        List<TopicPartition> assignment = consumer.Assignment;
        foreach (TopicPartition partition in assignment)
        {
            Offset high = consumer.GetWatermarkOffsets(partition).High, next = consumer.Position(partition);
            if (!high.IsSpecial && !next.IsSpecial) lag = (lag ?? 0) + Math.Max(0, high.Value - next.Value);
        }

        return new Standing(assignment.Count, lag);
    }
}
