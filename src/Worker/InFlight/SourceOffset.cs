namespace Sluice.Worker.InFlight;

/// <summary>Where a record came from, and under which assignment of its partition it was read.</summary>
/// <param name="Partition">The partition that was read.</param>
/// <param name="Epoch">Counts the assignments of that partition to this process: a record of an older epoch completes into nothing, because
/// another owner reads it again.</param>
/// <param name="Offset">The record's offset, at least 0.</param>
internal readonly record struct SourceOffset(SourcePartition Partition, int Epoch, long Offset)
{
    public override string ToString() => $"{Partition.Topic}[{Partition.Partition}]@{Offset}";
}
