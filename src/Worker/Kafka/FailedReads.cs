using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>
/// Reads that fail, in few lines: a batch that is damaged where it lies is fetched again and fails twice a second, for as long as it lies
/// there. Used on the reading thread only.
/// </summary>
internal sealed class FailedReads(TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two lines about one partition.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    private readonly Dictionary<TopicPartition, RepeatedWarning> _partitions = [];

    /// <summary>A read failed, and the client tries again.</summary>
    /// <param name="place">Where; parts of it may be unknown.</param>
    /// <param name="error">Why, cleaned.</param>
    public void Add(TopicPartitionOffset place, Error error)
    {
        if (!_partitions.TryGetValue(place.TopicPartition, out RepeatedWarning? warning))
            _partitions.Add(place.TopicPartition, warning = new RepeatedWarning(time, Quiet));
        if (!warning.ShouldLog(out long suppressed)) return;
        string partition = place.Partition.IsSpecial ? "" : $"[{place.Partition.Value}]";
        string offset = place.Offset.IsSpecial ? "" : $"@{place.Offset.Value}";
        Log.ReadFailed(logger, place.Topic, partition + offset, error.Code.ToString(), error.Reason, WayOut(error.Code), suppressed);
    }

    /// <summary>A record of a partition was read: what was said of it is over. Cheap where nothing was.</summary>
    public void Read(TopicPartition partition)
    {
        if (_partitions.Count > 0 && _partitions.Remove(partition, out RepeatedWarning? warning) && warning.TryEnd(out TimeSpan lasted))
            Log.ReadsGoOn(logger, partition.Topic, partition.Partition.Value, (int)lasted.TotalSeconds);
    }

    private static string WayOut(ErrorCode code) => code is ErrorCode.Local_BadCompression or ErrorCode.Local_BadMsg or ErrorCode.InvalidMsg
        ? ". The batch is damaged where it lies: the partition stands still there until it is deleted, by retention or by "
            + "kafka-delete-records, or until the group's offset is moved beyond it (stop its workers, then kafka-consumer-groups "
            + "--reset-offsets)"
        : "";
}
