namespace Sluice.Worker.Control;

/// <summary>All that the policy goes by, as of one moment. Immutable. What is unknown is null, never 0.</summary>
/// <param name="At">When, since any one instant; never less than the sample's before it.</param>
/// <param name="Backlog">Documents that may be read and are not finished, in the topics and in the worker.</param>
/// <param name="ArrivalsPerSecond">Documents/s that come, of late.</param>
/// <param name="Capacities">Documents/s that the worker can label in each rung of the ladder, on all its inference threads; 0 where that is
/// unknown, and the rung is not chosen then.</param>
/// <param name="Running">Of the backlog, those that no mode makes sooner: in a batch that has begun, or labelled and not
/// acknowledged.</param>
/// <param name="IsWhole">Whether all partitions are known. Else backlog and arrivals are those of the known ones, so the least that they
/// can be: enough to choose a cheaper mode by, too little to choose a dearer one.</param>
internal sealed record ControlSample(
    TimeSpan At, double? Backlog, double? ArrivalsPerSecond, IReadOnlyList<double> Capacities, double Running = 0, bool IsWhole = true)
{
    /// <summary>Of the backlog, those that the next batches are made of; null while that is unknown.</summary>
    public double? Waiting => Backlog is { } backlog ? Math.Max(0, backlog - Running) : null;
}
