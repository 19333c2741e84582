namespace Sluice.Worker.InFlight;

/// <summary>What has happened to records since the worker began.</summary>
/// <param name="Consumed">Records that entered.</param>
/// <param name="Published">Labels that were delivered.</param>
/// <param name="DeadLettered">Dead-letter records that were delivered.</param>
/// <param name="Tombstones">Records without a value that were passed on.</param>
/// <param name="Dropped">Records that were dropped.</param>
/// <param name="Committed">Records whose offset was committed.</param>
/// <param name="PassedOver">Records of which nothing is made.</param>
internal readonly record struct InFlightCounts(long Consumed, long Published, long DeadLettered, long Tombstones, long Dropped,
    long Committed, long PassedOver)
{
    /// <summary>Records that are finished, whatever became of them.</summary>
    public long Finished => Published + DeadLettered + Tombstones + Dropped + PassedOver;
}
