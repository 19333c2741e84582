using Sluice.Inference.Batching;

namespace Sluice.Inference.Engines;

/// <summary>An engine as one caller runs it, whose batches teach what they cost. Not thread-safe: its caller's own.</summary>
internal sealed class CostedEngine(IEngine engine, ThreadPace costs, CostClock clock)
{
    /// <summary>
    /// Runs a batch, measures it, and learns from it unless fewer students answered than were asked: that is not what a batch of the mode
    /// costs.
    /// </summary>
    /// <param name="batch">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="logits">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="learn">Whether to learn from it at all.</param>
    public CostedBatch Run(PackedTensors batch, BatchShape shape, Span<float> logits, bool learn = true)
    {
        double predictedMs = costs.Current.Cost.Predict(shape);
        long began = clock.Now();
        BatchOutcome outcome = engine.Run(batch, logits);
        double measuredMs = clock.MillisecondsSince(began, outcome.HelpersCpuNs);
        if (learn && outcome.Provenance.IsWhole) costs.Observe(shape, measuredMs);
        return new CostedBatch(outcome, predictedMs, measuredMs);
    }
}

/// <summary>A batch that was run and measured.</summary>
/// <param name="Outcome">What it gave.</param>
/// <param name="PredictedMs">What its caller's costs said before it ran.</param>
/// <param name="MeasuredMs">What it cost, above 0; see <see cref="CostClock"/>.</param>
internal readonly record struct CostedBatch(BatchOutcome Outcome, double PredictedMs, double MeasuredMs);
