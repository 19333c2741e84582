using Sluice.Inference.Batching;

namespace Benchmarks.Batching;

/// <summary>Ways to make batches that need no model of costs: documents in order of arrival to lists of batches.</summary>
internal static class FixedPolicy
{
    public static int[][][] One(int[][] documents) => [.. documents.Select(document => new[] { document })];

    public static int[][][] FirstCome(int[][] documents, int rows) => [.. documents.Chunk(rows)];

    /// <summary>All that waits, in order of length, in groups of as many.</summary>
    /// <param name="documents">In order of arrival.</param>
    /// <param name="rows">In a group.</param>
    /// <param name="queue">Documents that wait at once.</param>
    /// <param name="budget">Groups that are too large for it are cut.</param>
    public static int[][][] Sorted(int[][] documents, int rows, int queue, BatchBudget? budget = null) =>
        [.. documents.Chunk(queue).SelectMany(waiting => waiting.OrderBy(document => document.Length).Chunk(rows)).SelectMany(group =>
            budget is { } limits ? Cut(group, limits) : [group])];

    /// <summary>First come, up to a budget of rows x longest.</summary>
    public static int[][][] FirstComeTo(int[][] documents, BatchBudget budget) => [.. Cut(documents, budget)];

    /// <summary>The same first-come policy while documents come: the oldest, and as many after it as wait, up to a number.</summary>
    public static Func<IReadOnlyList<int>, int[]> NextFirstCome(int rows) => waiting => [.. waiting.Take(rows)];

    /// <summary>
    /// The same sorted policy while documents come: all that waits by length, in groups of as many; the group that holds the oldest.
    /// </summary>
    public static Func<IReadOnlyList<int>, int[]> NextSorted(int[][] documents, int rows) =>
        waiting => waiting.OrderBy(document => documents[document].Length).Chunk(rows).First(group => group.Contains(waiting[0]));

    private static IEnumerable<int[][]> Cut(int[][] documents, BatchBudget budget)
    {
        List<int[]> batch = [];
        int longest = 0;
        foreach (int[] document in documents)
        {
            int would = Math.Max(longest, document.Length);
            if (batch.Count > 0 && (batch.Count == budget.MaxRows || (batch.Count + 1L) * would > budget.MaxTokens))
            {
                yield return [.. batch];
                batch.Clear();
                would = document.Length;
            }

            batch.Add(document);
            longest = would;
        }

        if (batch.Count > 0) yield return [.. batch];
    }
}
