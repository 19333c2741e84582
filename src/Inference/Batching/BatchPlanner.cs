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
    /// <remarks>O(n x rows) at worst. A batch is extended no further once that cannot pay, so it is O(n) where attention is dear.</remarks>
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
        Span<double> least = workspace.Least;
        Span<int> cut = workspace.Cut;
        Span<BatchShape> before = workspace.Before;
        least[0] = 0;
        for (int end = 1; end <= lengths.Length; end++)
        {
            int longest = lengths[end - 1], lowest = end - Math.Min(end, MaxRows(budget, longest));
            Debug.Assert(longest >= 1 && (end == 1 || lengths[end - 2] <= longest), "lengths ascend from 1");
            before[end] = before[end - 1].Plus(longest);
            double rowMs = CellsMs(longest), best = double.PositiveInfinity;
            int bestStart = end - 1;

            // A row more costs a row of cells at this length; run alone it would cost at most a batch and its own cells. Lengths ascend, so
            // once the first is more than the second it stays so, and no longer batch can win: least[j + 1] <= least[j] + the second, by
            // this very recurrence.
            for (int start = end - 1; start >= lowest && (start == end - 1 || rowMs <= cost.BatchMs + CellsMs(lengths[start])); start--)
            {
                double ms = least[start] + cost.BatchMs + (rowMs * (end - start));
                if (ms <= best) (best, bestStart) = (ms, start);
            }

            (least[end], cut[end]) = (best, bestStart);
        }

        double CellsMs(int length) => cost.CellMs * length * length;
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
