namespace Sluice.Worker.Batching;

/// <summary>The batches of a budget that no other outweighs in tokens, in rows, or in rows x longest^2: what a run takes grows with these three.</summary>
internal static class HeaviestBatches
{
    /// <summary>Document lengths of one batch for each of the three, all documents of a batch equally long; one that is heaviest in several comes once.</summary>
    /// <param name="longest">Tokens of the longest document that the model takes, at least 1.</param>
    /// <param name="budget">What one batch may hold, each document counted with the length of the longest.</param>
    public static IReadOnlyList<int[]> Of(int longest, BatchBudget budget)
    {
        (int Rows, int Length)[] full = [.. Enumerable.Range(1, Math.Min(longest, budget.MaxTokens)).Select(length => (BatchPlanner.MaxRows(budget, length), length)).Reverse()];
        (int Rows, int Length)[] heaviest = [full.MaxBy(one => (long)one.Rows * one.Length), full.MaxBy(one => one.Rows), full.MaxBy(one => (long)one.Rows * one.Length * one.Length)];
        return [.. heaviest.Distinct().Select(one => Enumerable.Repeat(one.Length, one.Rows).ToArray())];
    }
}
