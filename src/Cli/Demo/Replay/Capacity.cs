using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Sluice.Cli.Demo.Replay;

/// <summary>How many documents a worker can label in a second.</summary>
internal static class Capacity
{
    /// <summary>By what batches have cost, for documents as those of the warm-up.</summary>
    /// <param name="warmUp">At least one has a label.</param>
    /// <param name="costs">What is learned of each mode.</param>
    /// <param name="mode">The mode that is asked of.</param>
    /// <param name="threads">Batches that run at once, at least 1.</param>
    /// <param name="measuredMs">What all batches of the warm-up took. Where that is more than learned costs say (a machine that others use
    /// by now), the mode is taken to be as much slower.</param>
    /// <returns>Documents per second, above 0.</returns>
    public static double Of(IReadOnlyList<Outcome> warmUp, ModeCosts costs, Mode mode, int threads, double measuredMs)
    {
        Outcome[] labelled = [.. warmUp.Where(outcome => outcome.Label is not null)];
        double learnedMs = labelled.Sum(outcome =>
            costs[Mode.TryParse(outcome.Mode, mode.Precision) ?? mode].Current.Cost.PredictAlone(outcome.Tokens));
        double pace = Math.Max(1, learnedMs > 0 ? measuredMs / learnedMs : 1);
        BatchCost cost = costs[mode].Current.Cost;
        int[] lengths = [.. labelled.Select(outcome => outcome.Tokens)];
        double aloneMs = lengths.Sum(cost.PredictAlone), togetherMs = cost.Predict(BatchShape.Of(lengths));
        return threads * 1000 * lengths.Length / (Math.Min(aloneMs, togetherMs) * pace);
    }
}
