using Confluent.Kafka;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>
/// Commits watermarks. A failed commit changes nothing: the watermark is offered again the next time, by then perhaps a higher one.
/// </summary>
/// <remarks>Used on the reading thread only.</remarks>
internal sealed class OffsetCommitter(IConsumer<byte[]?, byte[]?> consumer, OffsetTracker tracker, PipelineProgress progress,
    ClientWarnings trouble, Redaction redaction)
{
    private readonly List<PartitionWatermark> _watermarks = [];

    /// <summary>Commits every watermark that has moved. False when some could not be.</summary>
    public bool Commit()
    {
        _watermarks.Clear();
        tracker.AddUncommitted(_watermarks);
        return Commit(_watermarks);
    }

    /// <summary>Commits these watermarks, once. False when some could not be.</summary>
    public bool Commit(List<PartitionWatermark> watermarks)
    {
        if (watermarks.Count == 0) return true;
        try
        {
            consumer.Commit(watermarks.Select(w => new TopicPartitionOffset(w.Partition.Topic, w.Partition.Partition, w.Next)));
            foreach (PartitionWatermark watermark in watermarks) Mark(watermark);
            trouble.Committed();
            return true;
        }
        catch (TopicPartitionOffsetException e)
        {
            for (int i = 0; i < e.Results.Count; i++)
                if (!e.Results[i].Error.IsError) Mark(watermarks.Find(w => w.Partition.Topic == e.Results[i].Topic
                    && w.Partition.Partition == e.Results[i].Partition.Value));
            trouble.AddCommit(ClientLog.Clean(e.Error, redaction));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            trouble.AddCommit(ClientLog.Clean(e.Error, redaction));
        }

        return false;
    }

    private void Mark(PartitionWatermark watermark)
    {
        tracker.MarkCommitted(watermark);
        progress.Committed(watermark.Records);
    }
}
