using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>Passes over what cannot be read, where somebody has said so by <see cref="FaultsOptions.SkipTo"/>.</summary>
/// <remarks>An entry acts on a place that lies before it, and on no other: where the group is there or further, nothing jumps back. One
/// behind the end of the log is refused, since the client would look for a place by itself then, at the beginning. On the reading thread.
/// </remarks>
internal sealed class SkippedOffsets(FaultsOptions options, OffsetQueries queries, ILogger<SkippedOffsets> logger)
{
    private readonly Dictionary<SourcePartition, long> _entries =
        options.SkipTo.Select(SkipTo.Parse).OfType<SkipTo>().ToDictionary(entry => entry.Partition, entry => entry.Offset);

    /// <summary>Moves the places of those that are to be skipped.</summary>
    /// <param name="starts">Where reading begins; one without a place stays without.</param>
    /// <param name="timeout">How long the brokers may be waited for, where there is an entry.</param>
    /// <exception cref="ClusterException">An entry lies behind the end of its log.</exception>
    public IReadOnlyList<StartPosition> Apply(IReadOnlyList<StartPosition> starts, TimeSpan timeout) =>
        _entries.Count == 0 ? starts : [.. starts.Select(start => Apply(start, timeout))];

    private StartPosition Apply(StartPosition start, TimeSpan timeout)
    {
        if (!_entries.TryGetValue(start.Partition, out long next) || start.Offset is not { } place) return start;
        (string topic, int partition) = (start.Partition.Topic, start.Partition.Partition);
        if (place.Offset.Value >= next)
        {
            Log.SkipIsOver(logger, topic, partition, next, place.Offset.Value);
            return start;
        }

        if (End(start.Partition, timeout) is not { } end)
        {
            Log.SkipUnknown(logger, topic, partition, next);
            return start;
        }

        if (next > end)
            throw new ClusterException($"{FaultsOptions.Section}:{nameof(FaultsOptions.SkipTo)} names {next} of {start.Partition}, whose "
                + $"log can be read up to {end}: what is not written yet is not skipped. Give {end} or less.");
        Log.Skipped(logger, topic, partition, place.Offset.Value, next);
        return new StartPosition(start.Partition, new TopicPartitionOffset(topic, partition, next), IsCommitted: false);
    }

    private long? End(SourcePartition partition, TimeSpan timeout)
    {
        try
        {
            return queries.Readable([partition], timeout).TryGetValue(partition, out long end) ? end : null;
        }
        catch (KafkaException)
        {
            return null; // told by the caller, and tried again by the next assignment
        }
    }
}
