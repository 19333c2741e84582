namespace Sluice.Worker.InFlight;

/// <summary>
/// Everything before <paramref name="Next"/> is done in this partition: the offset to commit, in Kafka's meaning of "the next one to read".
/// </summary>
/// <param name="Partition">The partition.</param>
/// <param name="Epoch">The assignment under which the records were read.</param>
/// <param name="Next">The offset to commit, above the last one committed where that is known.</param>
/// <param name="Records">Records that committing it settles: those done and passed since the last commit; 0 where it only passes
/// offsets without a record.</param>
internal readonly record struct PartitionWatermark(SourcePartition Partition, int Epoch, long Next, long Records);
