namespace Sluice.Inference.Batching;

/// <summary>How many batches of a shape were run.</summary>
/// <param name="Rows">Documents, from a power of two to before the next: the lower end.</param>
/// <param name="Longest">Tokens of the longest, likewise.</param>
/// <param name="Batches">How many.</param>
internal readonly record struct BatchShapeCount(int Rows, int Longest, long Batches);

/// <summary>What was planned and what came of it, up to one moment.</summary>
/// <param name="Batches">Batches run.</param>
/// <param name="Documents">In them.</param>
/// <param name="Tokens">In them.</param>
/// <param name="AttendedTokens">Rows x longest, summed: what attention saw where it pads.</param>
/// <param name="PredictedMs">Predicted before each run, summed.</param>
/// <param name="MeasuredMs">Measured, summed.</param>
/// <param name="RelativeErrors">|predicted - measured| / measured, summed.</param>
/// <param name="Shapes">Batches by shape; shapes that never occurred are left out.</param>
internal sealed record BatchTotals(
    long Batches, long Documents, long Tokens, long AttendedTokens, double PredictedMs, double MeasuredMs, double RelativeErrors,
        IReadOnlyList<BatchShapeCount> Shapes)
{
    /// <summary>No batch.</summary>
    public static BatchTotals None { get; } = new(0, 0, 0, 0, 0, 0, 0, []);

    /// <summary>
    /// Share of rows x longest that was no token, 0 to below 1: the padding of attention where it pads, else a measure of how unequal mates
    /// were.
    /// </summary>
    public double PaddingRatio => AttendedTokens == 0 ? 0 : 1 - ((double)Tokens / AttendedTokens);

    /// <summary>Mean of |predicted - measured| / measured; 0 before the first batch.</summary>
    public double MeanError => Batches == 0 ? 0 : RelativeErrors / Batches;

    /// <summary>These and others.</summary>
    public BatchTotals Plus(BatchTotals others) => new(
        Batches + others.Batches, Documents + others.Documents, Tokens + others.Tokens, AttendedTokens + others.AttendedTokens,
        PredictedMs + others.PredictedMs, MeasuredMs + others.MeasuredMs, RelativeErrors + others.RelativeErrors,
        [.. Shapes.Concat(others.Shapes).GroupBy(shape => (shape.Rows, shape.Longest))
            .Select(alike => alike.First() with { Batches = alike.Sum(shape => shape.Batches) })
            .OrderBy(shape => shape.Rows).ThenBy(shape => shape.Longest)]);

    /// <summary>What came after an earlier moment.</summary>
    public BatchTotals Since(BatchTotals before)
    {
        var earlier = before.Shapes.ToDictionary(shape => (shape.Rows, shape.Longest), shape => shape.Batches);
        return new BatchTotals(
            Batches - before.Batches, Documents - before.Documents, Tokens - before.Tokens, AttendedTokens - before.AttendedTokens,
            PredictedMs - before.PredictedMs, MeasuredMs - before.MeasuredMs, RelativeErrors - before.RelativeErrors,
            [.. Shapes
                .Select(shape => shape with { Batches = shape.Batches - earlier.GetValueOrDefault((shape.Rows, shape.Longest)) })
                .Where(shape => shape.Batches > 0)]);
    }
}
