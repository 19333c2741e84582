namespace Sluice.Inference.Batching;

/// <summary>
/// Cuts the last waiting documents so that several idle inference threads are done with them soonest, where one batch after another would
/// be cheapest.
/// </summary>
/// <remarks>Least time of the dearest batch, among neighbours in order of length, with at most as many batches as inference threads. For a
/// given limit on a batch's time, taking as many documents as fit from the longest down needs the fewest batches, as time never rises when
/// a document is left out; the least limit is then found by halving. Pure.</remarks>
internal static class SpreadPlanner
{
    private const int Halvings = 24;

    /// <summary>The plan, or one of more batches than <paramref name="threads"/> when the budget allows none with as few.</summary>
    /// <param name="lengths">As for <see cref="BatchPlanner.Plan"/>, which must have planned them in <paramref name="workspace"/> just
    /// before. Not empty.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="cost">Predicted time; terms at least 0.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="workspace">The first plan in it stays as it is.</param>
    /// <remarks>O(n) for each of 24 halvings.</remarks>
    public static BatchPlan Plan(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, int threads, PlanWorkspace workspace)
    {
        double low = 0, high = BatchPlanner.Batch(0, lengths.Length, cost, workspace).PredictedMs;
        for (int i = 0; i < Halvings; i++)
        {
            double limit = (low + high) / 2;
            if (Cut(lengths, budget, cost, limit, workspace) <= threads) high = limit;
            else low = limit;
        }

        Span<PlannedBatch> batches = workspace.Spread.AsSpan(0, Cut(lengths, budget, cost, high, workspace));
        batches.Reverse();
        return new BatchPlan(batches);
    }

    private static int Cut(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, double limitMs, PlanWorkspace workspace)
    {
        int count = 0;
        for (int end = lengths.Length; end > 0;)
        {
            int lowest = end - Math.Min(end, BatchPlanner.MaxRows(budget, lengths[end - 1]));
            PlannedBatch batch = BatchPlanner.Batch(end - 1, end, cost, workspace);
            while (batch.Start > lowest)
            {
                PlannedBatch longer = BatchPlanner.Batch(batch.Start - 1, end, cost, workspace);
                if (longer.PredictedMs > limitMs) break;
                batch = longer;
            }

            workspace.Spread[count++] = batch;
            end = batch.Start;
        }

        return count;
    }
}
