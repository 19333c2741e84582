using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>
/// Reads that fail, in few lines: a batch that is damaged where it lies is fetched again and fails twice a second, for as long as it lies
/// there. Used on the reading thread only, but for <see cref="Failing"/>.
/// </summary>
internal sealed class FailedReads(TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two lines about one partition.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    private readonly Dictionary<TopicPartition, RepeatedWarning> _partitions = [];
    private volatile IReadOnlySet<SourcePartition> _failing = new HashSet<SourcePartition>();

    /// <summary>The partitions whose last read failed. A snapshot, for any thread.</summary>
    public IReadOnlySet<SourcePartition> Failing => _failing;

    /// <summary>A read failed, and the client tries again.</summary>
    /// <param name="place">Where; parts of it may be unknown.</param>
    /// <param name="error">Why, cleaned.</param>
    public void Add(TopicPartitionOffset place, Error error)
    {
        if (!_partitions.TryGetValue(place.TopicPartition, out RepeatedWarning? warning))
        {
            _partitions.Add(place.TopicPartition, warning = new RepeatedWarning(time, Quiet));
            Publish();
        }

        if (!warning.ShouldLog(out long suppressed)) return;
        string partition = place.Partition.IsSpecial ? "" : $"[{place.Partition.Value}]";
        string offset = place.Offset.IsSpecial ? "" : $"@{place.Offset.Value}";
        Log.ReadFailed(logger, place.Topic, partition + offset, error.Code.ToString(), error.Reason, WayOut(error.Code), suppressed);
    }

    /// <summary>A record of a partition was read: what was said of it is over. Cheap where nothing was.</summary>
    public void Read(TopicPartition partition)
    {
        if (_partitions.Count == 0 || !_partitions.Remove(partition, out RepeatedWarning? warning)) return;
        Publish();
        if (warning.TryEnd(out TimeSpan lasted))
            Log.ReadsGoOn(logger, partition.Topic, partition.Partition.Value, (int)lasted.TotalSeconds);
    }

    /// <summary>Partitions are taken away: what was said of them is their next owner's to say.</summary>
    public void Forget(IEnumerable<SourcePartition> partitions)
    {
        if (_partitions.Count == 0) return;
        foreach (SourcePartition partition in partitions) _partitions.Remove(new TopicPartition(partition.Topic, partition.Partition));
        Publish();
    }

    private void Publish() => _failing = _partitions.Keys.Where(partition => !partition.Partition.IsSpecial)
        .Select(partition => new SourcePartition(partition.Topic, partition.Partition.Value)).ToHashSet();

    private static string WayOut(ErrorCode code) => code is ErrorCode.Local_BadCompression or ErrorCode.Local_BadMsg or ErrorCode.InvalidMsg
        ? ". The batch is damaged where it lies: the partition stands still there until it is deleted, by retention or by "
            + "kafka-delete-records, or until the group's offset is moved beyond it (stop its workers, then kafka-consumer-groups "
            + "--reset-offsets)"
        : "";
}
