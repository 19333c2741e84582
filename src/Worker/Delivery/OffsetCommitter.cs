using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>
/// Commits watermarks. A failed commit changes nothing: the watermark is offered again the next time, by then perhaps a higher one.
/// </summary>
/// <param name="commit">Commits some, and tells of each that was taken and of each whose topic is gone; false when some were not taken
/// otherwise (<c>Kafka/RecordSource</c>).</param>
/// <param name="records">Whose watermarks.</param>
/// <remarks>Used on the reading thread only.</remarks>
internal sealed class OffsetCommitter(
    Func<IReadOnlyList<PartitionWatermark>, Action<PartitionWatermark>, Action<PartitionWatermark>, bool> commit, InFlightRecords records)
{
    private readonly List<PartitionWatermark> _watermarks = [];

    /// <summary>Commits every watermark that has moved. False when some could not be.</summary>
    public bool Commit()
    {
        _watermarks.Clear();
        records.AddUncommitted(_watermarks);
        return Commit(_watermarks);
    }

    /// <summary>Ends the epochs of partitions that are taken away, and commits their watermarks, once. False when some could not be.
    /// </summary>
    public bool CommitRevoked(IReadOnlyList<SourcePartition> partitions) =>
        Commit([.. partitions.Select(records.Close).OfType<PartitionWatermark>()]);

    private bool Commit(List<PartitionWatermark> watermarks) =>
        watermarks.Count == 0 || commit(watermarks, records.MarkCommitted, records.MarkRefused);
}
