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
    /// <param name="gone">Told of each whose topic or partition the brokers do not know.</param>
    /// <returns>Why some were not taken otherwise, or null when there is none such.</returns>
    /// <exception cref="KafkaException">A fatal error.</exception>
    public static Error? Try(IConsumer<byte[]?, byte[]?> consumer, IReadOnlyList<PartitionWatermark> watermarks,
        Action<PartitionWatermark> committed, Action<PartitionWatermark> gone)
    {
        try
        {
            consumer.Commit(watermarks.Select(w => new TopicPartitionOffset(w.Partition.Topic, w.Partition.Partition, w.Next)));
            foreach (PartitionWatermark watermark in watermarks) committed(watermark);
            return null;
        }
        catch (TopicPartitionOffsetException e)
        {
            Dictionary<SourcePartition, Error> answers =
                e.Results.ToDictionary(r => new SourcePartition(r.Topic, r.Partition.Value), r => r.Error);
            Error? refusal = null;
            foreach (PartitionWatermark watermark in watermarks)
            {
                // A partition that is not answered for was not taken.
                Error answer = answers.GetValueOrDefault(watermark.Partition) ?? e.Error;
                if (!answer.IsError) committed(watermark);
                else if (answer.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownTopicId) gone(watermark);
                else refusal ??= answer;
            }

            return refusal;
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return e.Error;
        }
    }
}
