namespace Sluice.Inference.Batching;

/// <summary>
/// Waiting documents cut into batches. A view of the workspace that it was planned in; lives until that is planned in again.
/// </summary>
internal readonly ref struct BatchPlan(ReadOnlySpan<PlannedBatch> batches)
{
    /// <summary>The batches, shortest documents first: together they hold each document once.</summary>
    public ReadOnlySpan<PlannedBatch> Batches { get; } = batches;

    /// <summary>
    /// Predicted milliseconds of the dearest batch: how long the plan takes when all its batches run side by side. 0 for an empty plan.
    /// </summary>
    public double LongestMs
    {
        get
        {
            double longest = 0;
            foreach (PlannedBatch batch in Batches) longest = Math.Max(longest, batch.PredictedMs);
            return longest;
        }
    }
}
