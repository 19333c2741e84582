namespace Sluice.Worker.Batching;

/// <summary>Chooses the batch that a free caller runs next.</summary>
/// <param name="budget">What one batch may hold.</param>
/// <remarks>
/// <para>Never says "wait": whenever a document waits, there is a batch. One that holds the document that has waited longest, so no length starves: what is old is next, together with the mates that make the
/// whole of the waiting documents cheapest.</para>
/// <para>Immutable, so any number of threads may use one; the window is the caller's.</para>
/// </remarks>
internal sealed class BatchChooser(BatchBudget budget)
{
    /// <summary>The next batch: a range of <see cref="WaitingWindow.Slots"/>.</summary>
    /// <param name="window">Not empty.</param>
    /// <param name="cost">What is known of this mode, precision and number of batches at once.</param>
    /// <param name="idleCallers">Callers that would run a batch now, the asking one included. At least 1.</param>
    public PlannedBatch Next(WaitingWindow window, CostSnapshot cost, int idleCallers)
    {
        ReadOnlySpan<int> lengths = window.Lengths;
        if (lengths.IsEmpty) throw new ArgumentException("No document waits; ask for a batch when one does.", nameof(window));
        BatchBudget allowed = cost.IsTrusted ? budget : budget with { MaxRows = 1 };
        BatchPlan plan = BatchPlanner.Plan(lengths, allowed, cost.Cost, window.Workspace);
        if (plan.Batches.Length <= idleCallers)
        {
            BatchPlan spread = SpreadPlanner.Plan(lengths, allowed, cost.Cost, idleCallers, window.Workspace);
            if (spread.Batches.Length <= idleCallers && spread.LongestMs < plan.LongestMs) plan = spread;
        }

        foreach (PlannedBatch batch in plan.Batches)
        {
            if (batch.Holds(window.Oldest)) return batch;
        }

        throw new System.Diagnostics.UnreachableException("The plan leaves out the oldest document. This is a bug.");
    }
}
