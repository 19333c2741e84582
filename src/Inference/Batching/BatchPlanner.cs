using System.Diagnostics;

namespace Sluice.Inference.Batching;

/// <summary>Cuts waiting documents, ordered by length, into batches of least total predicted time.</summary>
/// <remarks>
/// <para>The dynamic programme of TurboTransformers (Fang et al., PPoPP 2021, arXiv 2010.05680) with a learned cost in place of its table.
/// A batch may hold as many documents as the budget's rows, and its rows x longest may be as many as the budget's tokens.</para>
/// <para>Packed, a document costs its own time for each row, token and square of its length whichever batch it is in, so those terms are
/// the same for every plan and are left out: what a cut decides is one <see cref="BatchCost.BatchMs"/> for each batch, and rows x longest^2
/// where attention pads. That is monotone in rows and in longest, and so is the budget. Hence neighbours suffice: give the batches of any
/// partition, in order of their longest, the documents in order of length, each as many as before. The i-th batch's longest is then at most
/// what it was, because the first i batches held as many documents that were no longer. So the plan is the best of all partitions,
/// neighbours or not.</para>
/// <para>Where attention pads nothing, every mate saves a <see cref="BatchCost.BatchMs"/> and only the budget ends a batch. A second bound,
/// where that saving is a small share of the batch, cost throughput in simulation and gained little (docs/batching.md).</para>
/// <para>Pure; the workspace is the caller's, so threads share nothing.</para>
/// </remarks>
internal static class BatchPlanner
{
    /// <summary>
    /// The plan of least predicted time. Empty for no documents. Of equal cuts before a document the one with the most mates is taken, so
    /// that a belief that runs cost nothing of their own is put to the test.
    /// </summary>
    /// <param name="lengths">Tokens of each document, ascending, each at least 1. At most the workspace's capacity.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="cost">Predicted time; terms at least 0.</param>
    /// <param name="workspace">Overwritten.</param>
    /// <exception cref="ArgumentException">A document is longer than the budget's tokens, or there are more than the workspace
    /// holds.</exception>
    /// <remarks>O(n log n), however many rows a batch may have; see <see cref="PlanQueue"/>.</remarks>
    public static BatchPlan Plan(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, PlanWorkspace workspace)
    {
        if (lengths.Length > workspace.Capacity)
            throw new ArgumentException(
                $"{lengths.Length} documents are to be planned, but the workspace holds {workspace.Capacity}; plan a window of them.",
                nameof(lengths));
        if (lengths.IsEmpty) return default;
        if (lengths[^1] > budget.MaxTokens)
            throw new ArgumentException(
                $"A document has {lengths[^1]} tokens, but a batch holds {budget.MaxTokens}; "
                + "raise the token budget or truncate the document.", nameof(lengths));

        FindCuts(lengths, budget, cost, workspace);
        return ReadBatches(lengths.Length, cost, workspace);
    }

    private static void FindCuts(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, PlanWorkspace workspace)
    {
        workspace.Least[0] = 0;
        PlanQueue starts = new(workspace, lengths, cost);
        for (int end = 1; end <= lengths.Length; end++)
        {
            int longest = lengths[end - 1];
            Debug.Assert(longest >= 1 && (end == 1 || lengths[end - 2] <= longest), "lengths ascend from 1");
            workspace.Before[end] = workspace.Before[end - 1].Plus(longest);
            workspace.Lowest[end] = end - Math.Min(end, MaxRows(budget, longest));
        }

        for (int end = 1; end <= lengths.Length; end++)
        {
            starts.Add(end - 1);
            (workspace.Least[end], workspace.Cut[end]) = starts.Best(end);
        }
    }

    private static BatchPlan ReadBatches(int documents, BatchCost cost, PlanWorkspace workspace)
    {
        int count = 0;
        for (int end = documents; end > 0; end = workspace.Cut[end])
            workspace.Batches[count++] = Batch(workspace.Cut[end], end, cost, workspace);
        Span<PlannedBatch> batches = workspace.Batches.AsSpan(0, count);
        batches.Reverse();
        return new BatchPlan(batches);
    }

    /// <summary>
    /// The batch of the documents from <paramref name="start"/> to before <paramref name="end"/>, once they were planned in the workspace.
    /// </summary>
    internal static PlannedBatch Batch(int start, int end, BatchCost cost, PlanWorkspace workspace)
    {
        BatchShape shape = workspace.Before[end].Without(workspace.Before[start]);
        return new PlannedBatch(start, shape, cost.Predict(shape));
    }

    /// <summary>Documents that a batch may hold whose longest has <paramref name="longest"/> tokens. At least 1.</summary>
    internal static int MaxRows(BatchBudget budget, int longest) => Math.Max(1, Math.Min(budget.MaxRows, budget.MaxTokens / longest));
}
