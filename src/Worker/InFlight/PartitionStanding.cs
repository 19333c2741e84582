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
/// <param name="Counts">What was read under this assignment.</param>
internal readonly record struct PartitionStanding(SourcePartition Partition, int Epoch, long? Next, int Unfinished, long? Committed,
    DateTimeOffset? OldestTime, DateTimeOffset? LastTime, ReadCounts Counts = default);

/// <summary>What was read of a partition since its assignment. Each only grows.</summary>
/// <param name="Offsets">Offsets that were passed: of records, and those that hold none (markers of transactions, aborted data, what
/// compaction took).</param>
/// <param name="Records">Records among them.</param>
/// <param name="Finished">Of the records, those that are finished.</param>
/// <param name="Documents">Of the finished, those that the model had to label: neither tombstones nor rejected.</param>
internal readonly record struct ReadCounts(long Offsets, long Records, long Finished, long Documents)
{
    /// <summary>What came since <paramref name="earlier"/>, of the same assignment.</summary>
    public ReadCounts Since(ReadCounts earlier) => new(Offsets - earlier.Offsets, Records - earlier.Records,
        Finished - earlier.Finished, Documents - earlier.Documents);
}
