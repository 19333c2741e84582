using System.Diagnostics;

namespace Sluice.Worker.Batching;

/// <summary>Cuts waiting documents, ordered by length, into batches of least total predicted time.</summary>
/// <remarks>
/// <para>The dynamic programme of TurboTransformers (PPoPP 2021; specs/batching.md, section 2.2) with a learned cost in place of its table. A batch may hold as many documents as the budget's rows, and its
/// rows x longest may be as many as the budget's tokens.</para>
/// <para>Packed, a document costs its own time for each row and token whichever batch it is in, so those terms are the same for every plan and are left out: what a cut decides is one
/// <see cref="BatchCost.BatchMs"/> for each batch, and attention's cells, rows x longest^2. That is monotone in rows and in longest, and so is the budget. Hence neighbours suffice: give the batches of any
/// partition, in order of their longest, the documents in order of length, each as many as before. The i-th batch's longest is then at most what it was, because the first i batches held as many documents
/// that were no longer. That holds exactly while a mask costs nothing; otherwise the plan is the best among neighbours, and a partition that lifts equals
/// out of a mixed batch may be better by at most one <see cref="BatchCost.BatchMs"/> for each place where it does so.</para>
/// <para>Pure; the workspace is the caller's, so threads share nothing.</para>
/// </remarks>
internal static class BatchPlanner
{
    /// <summary>The plan of least predicted time. Empty for no documents. Ties go to fewer batches among equals, to more otherwise.</summary>
    /// <param name="lengths">Tokens of each document, ascending, each at least 1. At most the workspace's capacity.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="cost">Predicted time; terms at least 0.</param>
    /// <param name="workspace">Overwritten.</param>
    /// <exception cref="ArgumentException">A document is longer than the budget's tokens, or there are more than the workspace holds.</exception>
    /// <remarks>O(n x rows) at worst. A batch is extended no further once that cannot pay, so it is O(n) where attention is dear.</remarks>
    public static BatchPlan Plan(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, PlanWorkspace workspace)
    {
        if (lengths.Length > workspace.Capacity)
            throw new ArgumentException($"{lengths.Length} documents are to be planned, but the workspace holds {workspace.Capacity}; plan a window of them.", nameof(lengths));
        if (lengths.IsEmpty) return default;
        if (lengths[^1] > budget.MaxTokens)
            throw new ArgumentException($"A document has {lengths[^1]} tokens, but a batch holds {budget.MaxTokens}; raise the token budget or truncate the document.", nameof(lengths));

        FindCuts(lengths, budget, cost, workspace);
        return ReadBatches(lengths, cost, workspace);
    }

    private static void FindCuts(ReadOnlySpan<int> lengths, BatchBudget budget, BatchCost cost, PlanWorkspace workspace)
    {
        Span<double> least = workspace.Least;
        Span<int> cut = workspace.Cut;
        Span<int> before = workspace.TokensBefore;
        (least[0], before[0]) = (0, 0);
        for (int end = 1; end <= lengths.Length; end++)
        {
            int longest = lengths[end - 1], first = end - 1;
            Debug.Assert(longest >= 1 && (end == 1 || lengths[end - 2] <= longest), "lengths ascend from 1");
            before[end] = before[end - 1] + longest;
            int lowest = end - Math.Min(end, MaxRows(budget, longest));
            double squared = (double)longest * longest, rowMs = cost.CellMs * squared;
            double best = least[first] + cost.BatchMs + rowMs;
            int bestStart = first, start = first;

            while (start > lowest && lengths[start - 1] == longest)
            {
                start--;
                double ms = least[start] + cost.BatchMs + (rowMs * (end - start));
                if (ms <= best) (best, bestStart) = (ms, start);
            }

            // A mask: one row more costs a row of cells at this length; run alone it would cost at most a batch and its own cells. Lengths ascend, so once the first is not
            // less than the second it stays so, and no longer batch can win: least[j + 1] <= least[j] + the second, by this very recurrence.
            rowMs += cost.MaskMs * squared;
            while (start > lowest && rowMs < cost.BatchMs + (cost.CellMs * lengths[start - 1] * lengths[start - 1]))
            {
                start--;
                double ms = least[start] + cost.BatchMs + (rowMs * (end - start));
                if (ms < best) (best, bestStart) = (ms, start);
            }

            (least[end], cut[end]) = (best, bestStart);
        }
    }

    private static BatchPlan ReadBatches(ReadOnlySpan<int> lengths, BatchCost cost, PlanWorkspace workspace)
    {
        int count = 0;
        for (int end = lengths.Length; end > 0; end = workspace.Cut[end])
            workspace.Batches[count++] = Batch(lengths, workspace.Cut[end], end, cost, workspace);
        Span<PlannedBatch> batches = workspace.Batches.AsSpan(0, count);
        batches.Reverse();
        return new BatchPlan(batches);
    }

    /// <summary>The batch of the documents from <paramref name="start"/> to before <paramref name="end"/>, once the workspace knows the token sums.</summary>
    internal static PlannedBatch Batch(ReadOnlySpan<int> lengths, int start, int end, BatchCost cost, PlanWorkspace workspace)
    {
        BatchShape shape = new(end - start, workspace.TokensBefore[end] - workspace.TokensBefore[start], lengths[end - 1]);
        return new PlannedBatch(start, shape, cost.Predict(shape));
    }

    /// <summary>Documents that a batch may hold whose longest has <paramref name="longest"/> tokens. At least 1.</summary>
    internal static int MaxRows(BatchBudget budget, int longest) => Math.Max(1, Math.Min(budget.MaxRows, budget.MaxTokens / longest));
}
