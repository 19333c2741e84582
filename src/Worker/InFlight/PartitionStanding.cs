namespace Sluice.Worker.InFlight;

/// <summary>A partition that was assigned, and where its reading begins.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Next">The offset of the first record to read, or one before it where the log holds none; null while not known.</param>
/// <param name="IsCommitted">The group has it committed, so that it need not be.</param>
internal readonly record struct AssignedPartition(SourcePartition Partition, long? Next, bool IsCommitted);

/// <summary>How far reading and finishing have come in a partition, at one moment.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Epoch">Its assignment.</param>
/// <param name="Next">The offset after all that was read or holds no record; null while the place is not known.</param>
/// <param name="Unfinished">Records that were read and are not finished.</param>
/// <param name="Committed">The group's committed offset; null while it is not known.</param>
/// <param name="OldestTime">The time of the first record that is not finished; null where there is none, or it has none.</param>
/// <param name="LastTime">The time of the record that was read last; null where there is none, or it has none.</param>
internal readonly record struct PartitionStanding(SourcePartition Partition, int Epoch, long? Next, int Unfinished, long? Committed,
    DateTimeOffset? OldestTime, DateTimeOffset? LastTime);
