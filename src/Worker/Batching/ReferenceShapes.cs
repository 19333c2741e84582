namespace Sluice.Worker.Batching;

/// <summary>A few shapes that tell the terms of <see cref="BatchCost"/> apart: lone documents, equals and mixtures, short and long.</summary>
internal static class ReferenceShapes
{
    /// <summary>Shapes that a <see cref="CostModel"/> remembers itself by.</summary>
    public static IReadOnlyList<BatchShape> All { get; } =
    [
        new(1, 8, 8), new(1, 32, 32), new(1, 128, 128), new(1, 384, 384),
        new(16, 128, 8), new(8, 256, 32), new(4, 512, 128),
        new(16, 256, 24), new(8, 320, 64), new(4, 400, 192),
    ];

    /// <summary>Document lengths of the batches to run at the start: up to 12, as many as a model and a budget allow, lone documents first. Learned from twice, they make a new model trusted.</summary>
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
    }
}
