namespace Sluice.Worker.Control;

/// <summary>What of a <see cref="LagSample"/> the model has to do: that counts offsets, as Kafka's own tools do. Unknown is null, never 0.
/// </summary>
/// <param name="Backlog">Documents that may be read and are not finished.</param>
/// <param name="ArrivalsPerSecond">Documents/s that come.</param>
internal readonly record struct DocumentLag(double? Backlog, double? ArrivalsPerSecond)
{
    /// <summary>All that is known, less what is not read of the partitions that are left out, and what comes there. What is in flight
    /// counts whole: it is records by then, and few of them are not documents.</summary>
    public static DocumentLag Of(LagSample sample, IReadOnlyList<PartitionLag> leftOut)
    {
        (double backlog, double arrivals) = (0, 0);
        foreach (PartitionLag lag in sample.Partitions)
        {
            backlog += (lag.BacklogRecords ?? 0) - ((lag.Unread ?? 0) * (1 - lag.DocumentShare));
            arrivals += (lag.ArrivalsPerSecond ?? 0) * lag.DocumentShare;
        }

        foreach (PartitionLag lag in leftOut)
        {
            backlog -= (lag.Unread ?? 0) * lag.DocumentShare;
            arrivals -= (lag.ArrivalsPerSecond ?? 0) * lag.DocumentShare;
        }

        return new DocumentLag(sample.BacklogRecords is null ? null : Math.Max(0, backlog),
            sample.ArrivalsPerSecond is null ? null : Math.Max(0, arrivals));
    }
}
