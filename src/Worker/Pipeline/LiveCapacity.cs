using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Keeps the capacities of the modes up to date while the worker runs. The control's thread's own.</summary>
/// <remarks>Planning the mix in each mode takes about a millisecond, once each <see cref="Period"/>.</remarks>
internal sealed class LiveCapacity
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StandardWindow = TimeSpan.FromMilliseconds(250);
    private const int EnoughDocuments = 100;

    private static readonly PipelineStep[] OtherSteps =
        [PipelineStep.Consume, PipelineStep.Decode, PipelineStep.Batch, PipelineStep.Publish];

    private readonly CapacityEstimator _estimator;
    private readonly BatchStep _batches;
    private readonly PipelineProgress _progress;
    private readonly StepOverhead? _overhead; // null where the model does not run on the cores of the other steps
    private TimeSpan? _planned;
    private Window? _window;

    public LiveCapacity(ServedModel served, BatchStep batches, PipelineProgress progress, PipelineOptions options)
    {
        (_batches, _progress) = (batches, progress);
        _overhead = options.IsOnGpu ? null : new StepOverhead(_progress.Finished, SpentMs());
        int slots = options.IsOnGpu ? options.BatchesAtOnce : Math.Min(options.BatchesAtOnce, Environment.ProcessorCount);
        _estimator = new CapacityEstimator(served.Mode.Loaded, served.ModeCosts, served.Budget, slots, served.Bundle.Identity.MaxTokens);
    }

    private double OverheadMs => _overhead?.Ms ?? 0;

    /// <inheritdoc cref="CapacityEstimator.Capacities"/>
    public IReadOnlyList<double> Now => _estimator.Capacities;

    /// <summary>Looks what was done since the last look, some hundredths of a second ago.</summary>
    /// <param name="rung">Index of the present mode.</param>
    /// <param name="waiting">Documents that wait for a batch.</param>
    /// <param name="now">The time.</param>
    public void Look(int rung, int waiting, TimeSpan now)
    {
        LookAtWork(rung, waiting, now);
        if (_planned is { } planned && now - planned < Period) return;
        _planned = now;
        _overhead?.Look(_progress.Finished, SpentMs());
        _estimator.Plan(_batches.RecentByFloor(), OverheadMs);
    }

    private void LookAtWork(int rung, int waiting, TimeSpan now)
    {
        (long documents, double predictedMs) = _progress.Batches.Work;
        if (waiting == 0)
        {
            _window = null;
            return;
        }

        if (_window is not { } begun || begun.Rung != rung)
        {
            _window = new Window(rung, now, documents, predictedMs);
            return;
        }

        TimeSpan passed = now - begun.Began;
        long done = documents - begun.Documents;
        if (passed < StandardWindow || (done < EnoughDocuments && passed < 4 * StandardWindow)) return;
        double workMs = predictedMs - begun.PredictedMs + (done * OverheadMs);
        _estimator.Observe(rung, workMs, passed.TotalMilliseconds);
        _window = new Window(rung, now, documents, predictedMs);
    }

    private double SpentMs() => OtherSteps.Sum(_progress.CpuMilliseconds);

    /// <summary>A time in which documents always waited and the mode stayed.</summary>
    private sealed record Window(int Rung, TimeSpan Began, long Documents, double PredictedMs);
}
