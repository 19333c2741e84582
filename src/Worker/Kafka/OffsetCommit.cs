using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>One commit of watermarks, which may fail for some of its partitions.</summary>
internal static class OffsetCommit
{
    /// <summary>Commits watermarks, and waits for the broker's answer. On the reading thread.</summary>
    /// <param name="consumer">The group's member.</param>
    /// <param name="watermarks">At least one, each of another partition.</param>
    /// <param name="committed">Told of each that the broker took.</param>
    /// <returns>Why some were not taken, or null when all were.</returns>
    /// <exception cref="KafkaException">A fatal error.</exception>
    public static Error? Try(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyList<PartitionWatermark> watermarks,
        Action<PartitionWatermark> committed)
    {
        try
        {
            consumer.Commit(watermarks.Select(w => new TopicPartitionOffset(w.Partition.Topic, w.Partition.Partition, w.Next)));
            foreach (PartitionWatermark watermark in watermarks) committed(watermark);
            return null;
        }
        catch (TopicPartitionOffsetException e)
        {
            HashSet<SourcePartition> taken =
                [.. e.Results.Where(r => !r.Error.IsError).Select(r => new SourcePartition(r.Topic, r.Partition.Value))];
            foreach (PartitionWatermark watermark in watermarks.Where(w => taken.Contains(w.Partition))) committed(watermark);
            return e.Error;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return e.Error;
        }
    }
}
