namespace Sluice.Inference.Batching;

/// <summary>
/// The batches of a budget that no other outweighs in tokens, in rows, or in rows x longest^2: what a run takes grows with these three.
/// </summary>
/// <remarks>What is a sum of parts, each in proportion to one of the three, is largest in one of these: along rows x length = MaxTokens
/// such a sum is convex in the rows, so it is largest at an end. That is exact where the model takes a document of MaxTokens and MaxRows
/// divides them, as by default; else a batch between the ends can pass it by a little, and so can whatever grows otherwise.</remarks>
internal static class HeaviestBatches
{
    /// <summary>
    /// Rows, and the length that all of them have, of one batch for each of the three; one that is heaviest in several comes once.
    /// </summary>
    /// <param name="longest">Tokens of the longest document that the model takes, at least 1.</param>
    /// <param name="budget">What one batch may hold, each document counted with the length of the longest.</param>
    public static IReadOnlyList<(int Rows, int Length)> Of(int longest, BatchBudget budget)
    {
        (int Rows, int Length)[] full = [.. Enumerable.Range(1, Math.Min(longest, budget.MaxTokens)).Select(length =>
            (BatchPlanner.MaxRows(budget, length), length)).Reverse()];
        (int Rows, int Length)[] heaviest = [full.MaxBy(one => (long)one.Rows * one.Length), full.MaxBy(one => one.Rows),
            full.MaxBy(one => (long)one.Rows * one.Length * one.Length)];
        return [.. heaviest.Distinct()];
    }
}
