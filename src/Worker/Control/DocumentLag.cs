namespace Sluice.Worker.Control;

/// <summary>What of a <see cref="LagSample"/> the model has to do. Unknown is null, never 0.</summary>
/// <param name="Backlog">Documents that may be read and are not finished.</param>
/// <param name="ArrivalsPerSecond">Documents/s that come.</param>
internal readonly record struct DocumentLag(double? Backlog, double? ArrivalsPerSecond)
{
    /// <summary>All that is known, less what is not read of the partitions that are left out, and what comes there.</summary>
    public static DocumentLag Of(LagSample sample, IReadOnlyList<PartitionLag> leftOut) => new(
        sample.BacklogRecords - leftOut.Sum(lag => lag.Unread),
        sample.ArrivalsPerSecond - leftOut.Sum(lag => lag.ArrivalsPerSecond ?? 0));
}
