namespace Sluice.Inference.Batching;

/// <summary>A few shapes that tell the terms of <see cref="BatchCost"/> apart: lone documents, equals and mixtures, short and long. Only
/// mixtures of short and long tell padded attention from attention that pads nothing.</summary>
internal static class ReferenceShapes
{
    private const int LeastOfLarge = 2048;

    /// <summary>Shapes that a <see cref="CostModel"/> remembers itself by.</summary>
    public static IReadOnlyList<BatchShape> All { get; } =
    [
        BatchShape.Lone(8), BatchShape.Lone(32), BatchShape.Lone(128), BatchShape.Lone(384),
        Alike(16, 8), Alike(8, 32), Alike(4, 128),
        Mixed(16, 24), Mixed(4, 128), Mixed(2, 256),
    ];

    /// <summary>
    /// Document lengths of the batches to run at the start: up to 14, as many as a model and a budget allow, lone documents first. Learned
    /// from twice, they make a new model trusted. Where a budget has room for thousands of tokens, as on a GPU, up to six more, of
    /// which the largest has more than a quarter of it: what runs cost by themselves is no measure of what tokens do.
    /// </summary>
    /// <param name="longest">Tokens of the longest document that the model takes, at least 2.</param>
    /// <param name="budget">What one batch may hold.</param>
    public static IEnumerable<int[]> WarmUp(int longest, BatchBudget budget)
    {
        int top = Math.Min(longest, budget.MaxTokens);
        foreach (int length in new[] { 8, 24, 64, 128, 256, 512 })
        {
            if (length <= top) yield return [length];
        }

        foreach (int length in new[] { 8, 24, 64 })
        {
            int rows = Math.Min(8, Math.Min(budget.MaxRows, budget.MaxTokens / length));
            if (length > top || rows < 2) continue;
            yield return [.. Enumerable.Repeat(length, rows)];
            yield return [.. Enumerable.Range(0, rows).Select(row => length - (row * length / (2 * rows)))];
        }

        foreach (int length in new[] { 128, 256 })
        {
            int rows = Math.Min(4, Math.Min(budget.MaxRows, budget.MaxTokens / length));
            if (length <= top && rows >= 2) yield return LongWithShort(rows, length);
        }

        for (int tokens = LeastOfLarge; tokens <= budget.MaxTokens; tokens *= 4)
        {
            int alike = Math.Min(64, top), rows = Math.Min(budget.MaxRows, tokens / alike);
            if (rows >= 2) yield return [.. Enumerable.Repeat(alike, rows)];
            rows = Math.Min(budget.MaxRows, tokens / top);
            if (rows >= 2) yield return [.. Enumerable.Range(0, rows).Select(row => Math.Max(1, top - (row * top / rows)))];
        }
    }

    /// <summary>The same as sealed batches of made-up documents, one after another in one buffer: each is valid until the next.</summary>
    public static IEnumerable<PackedBatch<int>> WarmUpBatches(int longest, BatchBudget budget)
    {
        using PackedBatch<int> batch = new(budget);
        int[] ids = new int[longest];
        foreach (int[] lengths in WarmUp(longest, budget))
        {
            batch.Clear();
            foreach (int length in lengths) batch.TryAdd(0, ids.AsSpan(0, length));
            batch.Seal();
            yield return batch;
        }
    }

    private static BatchShape Alike(int rows, int length) => BatchShape.Of([.. Enumerable.Repeat(length, rows)]);

    private static BatchShape Mixed(int rows, int length) => BatchShape.Of(LongWithShort(rows, length));

    private static int[] LongWithShort(int rows, int length) => [length, .. Enumerable.Repeat(length / 8, rows - 1)];
}
