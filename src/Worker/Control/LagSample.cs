using Sluice.Worker.InFlight;

namespace Sluice.Worker.Control;

/// <summary>Where the worker stands in its topics at one moment. Immutable. What is unknown is null, never 0.</summary>
/// <param name="At">When, monotonic, since any one instant: two samples of one worker can be compared.</param>
/// <param name="Partitions">Of each partition that is assigned; of no other.</param>
/// <remarks>A total is over the partitions of which it is known: null while it is known of none of them, 0 where none is assigned.
/// </remarks>
internal sealed record LagSample(TimeSpan At, IReadOnlyList<PartitionLag> Partitions)
{
    /// <summary>What <c>kafka-consumer-groups</c> shows, summed.</summary>
    public long? LagMessages { get; } = Sum(Partitions, partition => partition.LagMessages);

    /// <summary>Records that can be read, or were, and are not finished, summed.</summary>
    public long? BacklogRecords { get; } = Sum(Partitions, partition => partition.BacklogRecords);

    /// <summary>How many records a second become readable, summed.</summary>
    public double? ArrivalsPerSecond { get; } = Partitions.Any(partition => partition.ArrivalsPerSecond is not null)
        ? Partitions.Sum(partition => partition.ArrivalsPerSecond ?? 0) : Partitions.Count == 0 ? 0 : null;

    /// <summary>The age of the oldest record that is not finished; null where there is none, or no record has a time.</summary>
    public TimeSpan? RecordAge { get; } = Partitions.Max(partition => partition.RecordAge);

    /// <summary>Of how many partitions the backlog is unknown.</summary>
    public int UnknownPartitions { get; } = Partitions.Count(partition => partition.BacklogRecords is null);

    /// <summary>Whether backlog and arrivals are known of all.</summary>
    public bool IsWhole { get; } =
        Partitions.All(partition => partition is { BacklogRecords: not null, ArrivalsPerSecond: not null });

    private static long? Sum(IReadOnlyList<PartitionLag> partitions, Func<PartitionLag, long?> of) =>
        partitions.Count == 0 || partitions.Any(partition => of(partition) is not null) ? partitions.Sum(of) : null;
}

/// <summary>Where the worker stands in one partition. Immutable.</summary>
/// <param name="Partition">Which.</param>
/// <param name="LagMessages">The log's end less the group's committed offset, as <c>kafka-consumer-groups</c> shows it: it counts markers
/// of transactions and what compaction took. At least 0; null while either is unknown.</param>
/// <param name="BacklogRecords">Records that can be read (under read_committed those below the last stable offset) or were read, and are
/// not finished: in the log, in the client's queue, in flight. At least 0; where the log has gaps an upper bound, and 0 when all is read
/// and finished.</param>
/// <param name="ArrivalsPerSecond">How many records a second become readable. At least 0; null before two answers of the brokers.</param>
/// <param name="RecordAge">The age, by its own time, of the oldest record that is not finished. Never negative: a time less than
/// <see cref="LagEstimator.ClockSkew"/> in the future counts as now. Null where there is none, or it has no time, or one in the future.
/// </param>
internal sealed record PartitionLag(SourcePartition Partition, long? LagMessages, long? BacklogRecords, double? ArrivalsPerSecond,
    TimeSpan? RecordAge)
{
    /// <summary>The offset up to which it is read; null while it is not known.</summary>
    public long? Place { get; init; }

    /// <summary>Of the backlog, what is not read yet. At least 0; null while it is not known.</summary>
    public long? Unread { get; init; }

    /// <summary>How many of the offsets here are documents for the model, by what was read last; 0..1.</summary>
    public double DocumentShare { get; init; } = 1;
}
