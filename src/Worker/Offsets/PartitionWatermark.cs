namespace Sluice.Worker.Offsets;

/// <summary>Everything before <paramref name="Next"/> is done in this partition: the offset to commit, in Kafka's meaning of "the next one to read".</summary>
internal readonly record struct PartitionWatermark(SourcePartition Partition, int Epoch, long Next);
