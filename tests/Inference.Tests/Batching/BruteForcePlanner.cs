using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>The least cost over every way of putting documents into batches, neighbours or not: what the planner is held against.</summary>
internal static class BruteForcePlanner
{
    /// <summary>Over all partitions: 4,140 for 8 documents.</summary>
    public static double LeastMs(int[] lengths, BatchBudget budget, BatchCost cost) =>
        OfAll(lengths, 0, [], batches => Fit(batches, budget) ? batches.Sum(batch => Ms(batch, cost)) : double.PositiveInfinity);

    /// <summary>
    /// The least time of the dearest batch, over all partitions into at most so many runs of neighbours; infinite when the budget allows
    /// none.
    /// </summary>
    public static double LeastLongestMsOfNeighbours(int[] lengths, BatchBudget budget, BatchCost cost, int threads) =>
        OfNeighbours(lengths, batches => batches.Count <= threads && Fit(batches, budget)
            ? batches.Max(batch => Ms(batch, cost))
            : double.PositiveInfinity);

    public static double Ms(IReadOnlyCollection<int> batch, BatchCost cost) => cost.Predict(BatchShape.Of([.. batch]));

    public static bool Fits(IReadOnlyCollection<int> batch, BatchBudget budget) => batch.Count <= budget.MaxRows
        && batch.Count * batch.Max() <= budget.MaxTokens;

    private static bool Fit(List<List<int>> batches, BatchBudget budget) => batches.TrueForAll(batch => Fits(batch, budget));

    private static double OfNeighbours(int[] lengths, Func<List<List<int>>, double> score)
    {
        int[] sorted = [.. lengths.Order()];
        double least = double.PositiveInfinity;
        for (int cuts = 0; cuts < 1 << (sorted.Length - 1); cuts++)
        {
            List<List<int>> batches = [[sorted[0]]];
            for (int i = 1; i < sorted.Length; i++)
            {
                if ((cuts >> (i - 1) & 1) != 0) batches.Add([]);
                batches[^1].Add(sorted[i]);
            }

            least = Math.Min(least, score(batches));
        }

        return least;
    }

    private static double OfAll(int[] lengths, int next, List<List<int>> batches, Func<List<List<int>>, double> score)
    {
        if (next == lengths.Length) return score(batches);
        double least = double.PositiveInfinity;
        for (int i = 0; i <= batches.Count; i++)
        {
            if (i == batches.Count) batches.Add([]);
            batches[i].Add(lengths[next]);
            least = Math.Min(least, OfAll(lengths, next + 1, batches, score));
            batches[i].RemoveAt(batches[i].Count - 1);
            if (batches[i].Count == 0) batches.RemoveAt(i);
        }

        return least;
    }
}
