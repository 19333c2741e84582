using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Sends the client back to a batch that it could not read, wherever it went since. On the reading thread.</summary>
/// <remarks>Behind a batch whose checksum is wrong librdkafka goes on at whatever it takes for the next offset, and from there to where
/// <c>auto.offset.reset</c> says, the beginning, again and again (seen of 2.15 and 2.16).</remarks>
internal sealed class SentBack(FailedReads reads)
{
    private const int MostTimes = 1000; // records that may still come of where it went

    private readonly Dictionary<SourcePartition, long> _starts = []; // where reading began of those that are assigned

    /// <summary>Reading of partitions begins.</summary>
    public void Begin(IEnumerable<StartPosition> starts)
    {
        foreach (StartPosition start in starts)
            if (start.Offset is { } place) _starts[start.Partition] = place.Offset.Value;
    }

    /// <summary>Partitions are taken away.</summary>
    public void Forget(IEnumerable<SourcePartition> partitions)
    {
        foreach (SourcePartition partition in partitions) _starts.Remove(partition);
    }

    /// <summary>A read failed. What the client has fetched behind a batch that cannot be read is thrown away.</summary>
    /// <exception cref="UnreadableBatchException">No further try helps.</exception>
    public void Failed(IConsumer<byte[]?, byte[]?> consumer, TopicPartitionOffset place, Error error)
    {
        bool isUnreadable = !place.Partition.IsSpecial && ClientFault.Unreadable(error.Code);
        int? tries = reads.Add(place, error, isUnreadable ? Next(consumer, place) : null);
        if (!isUnreadable) return;
        long next = reads.StandsAt(place.TopicPartition)!.Value;
        bool isInLog = place.Offset > next && place.Offset < consumer.GetWatermarkOffsets(place.TopicPartition).High;
        if (tries is { } failed)
            throw new UnreadableBatchException(ConsumedRecords.Of(place.TopicPartition), isInLog ? place.Offset.Value : next, error,
                failed);
        // What a broker does not give of its own log the client asks for again by itself.
        if (error.Code != ErrorCode.InvalidMsg) Seek(consumer, place.TopicPartition, next);
    }

    /// <summary>Whether something came from elsewhere than from the batch on, before the client was there again: it does not count.
    /// </summary>
    /// <exception cref="UnreadableBatchException">The client does not get there.</exception>
    public bool IsFromElsewhere(IConsumer<byte[]?, byte[]?> consumer, ConsumeResult<byte[]?, byte[]?> result)
    {
        if (reads.StandsAt(result.TopicPartition) is not { } next) return false;
        if (result.IsPartitionEOF ? result.Offset == next : result.Offset >= next) return false;
        int times = reads.WentElsewhere(result.TopicPartition);
        if (times >= MostTimes)
            throw new UnreadableBatchException(ConsumedRecords.Of(result.TopicPartition), next,
                new Error(ErrorCode.Local_BadMsg, $"sent there, the client comes from {result.Offset.Value} each time"), times);
        Seek(consumer, result.TopicPartition, next);
        return true;
    }

    private static void Seek(IConsumer<byte[]?, byte[]?> consumer, TopicPartition partition, long next)
    {
        try
        {
            consumer.Seek(new TopicPartitionOffset(partition, next));
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            // It is just taken away, or not begun yet. What comes from elsewhere does not count either way, and is sent back again.
        }
    }

    // The client's own position is unknown before the first record.
    private long Next(IConsumer<byte[]?, byte[]?> consumer, TopicPartitionOffset place)
    {
        Offset position = consumer.Position(place.TopicPartition);
        return !position.IsSpecial ? position.Value
            : _starts.TryGetValue(ConsumedRecords.Of(place.TopicPartition), out long start) ? start : place.Offset.Value;
    }
}
