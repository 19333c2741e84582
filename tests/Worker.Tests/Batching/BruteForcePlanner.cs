using Sluice.Worker.Batching;

namespace Worker.Tests.Batching;

/// <summary>The least cost over every way of putting documents into batches, neighbours or not: what the planner is held against.</summary>
internal static class BruteForcePlanner
{
    /// <summary>Over all partitions: 4,140 for 8 documents.</summary>
    public static double LeastMs(int[] lengths, BatchBudget budget, BatchCost cost) => All(lengths, 0, [], budget, batches => batches.Sum(batch => Ms(batch, cost)));

    /// <summary>The least time of the dearest batch, over all partitions into at most so many batches; infinite when the budget allows none.</summary>
    public static double LeastLongestMs(int[] lengths, BatchBudget budget, BatchCost cost, int callers) =>
        All(lengths, 0, [], budget, batches => batches.Count <= callers ? batches.Max(batch => Ms(batch, cost)) : double.PositiveInfinity);

    /// <summary>Over all partitions of the sorted documents into runs of neighbours.</summary>
    public static double LeastMsOfNeighbours(int[] lengths, BatchBudget budget, BatchCost cost)
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

            if (batches.All(batch => Fits(batch, budget))) least = Math.Min(least, batches.Sum(batch => Ms(batch, cost)));
        }

        return least;
    }

    public static double Ms(IReadOnlyCollection<int> batch, BatchCost cost) => cost.Predict(new BatchShape(batch.Count, batch.Sum(), batch.Max()));

    public static bool Fits(IReadOnlyCollection<int> batch, BatchBudget budget) => batch.Count <= budget.MaxRows && batch.Count * batch.Max() <= budget.MaxTokens;

    private static double All(int[] lengths, int next, List<List<int>> batches, BatchBudget budget, Func<List<List<int>>, double> score)
    {
        if (next == lengths.Length) return batches.All(batch => Fits(batch, budget)) ? score(batches) : double.PositiveInfinity;
        double least = double.PositiveInfinity;
        for (int i = 0; i <= batches.Count; i++)
        {
            if (i == batches.Count) batches.Add([]);
            batches[i].Add(lengths[next]);
            least = Math.Min(least, All(lengths, next + 1, batches, budget, score));
            batches[i].RemoveAt(batches[i].Count - 1);
            if (batches[i].Count == 0) batches.RemoveAt(i);
        }

        return least;
    }
}
