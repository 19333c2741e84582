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

    // Until some were measured: what decoding a mail of 300 tokens and sending its label take.
    private const double GuessedOverheadMs = 0.05;

    private static readonly PipelineStep[] OtherSteps =
        [PipelineStep.Consume, PipelineStep.Decode, PipelineStep.Batch, PipelineStep.Publish];

    private readonly CapacityEstimator _estimator;
    private readonly BatchStep _batches;
    private readonly PipelineProgress _progress;
    private readonly bool _sharesCores;
    private double _overheadMs;
    private TimeSpan? _planned;
    private (long Documents, double Ms) _spent;
    private Window? _window;

    public LiveCapacity(ServedModel served, BatchStep batches, PipelineProgress progress, PipelineOptions options)
    {
        (_batches, _progress) = (batches, progress);
        _sharesCores = !options.IsOnGpu;
        _overheadMs = _sharesCores ? GuessedOverheadMs : 0;
        int slots = options.IsOnGpu ? options.BatchesAtOnce : Math.Min(options.BatchesAtOnce, Environment.ProcessorCount);
        _estimator = new CapacityEstimator(served.Mode.Loaded, served.ModeCosts, served.Budget, slots, served.Bundle.Identity.MaxTokens);
        _spent = Spent();
    }

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
        LookAtOverhead();
        _estimator.Plan(_batches.RecentByFloor(), _overheadMs);
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
        double workMs = predictedMs - begun.PredictedMs + (done * _overheadMs);
        _estimator.Observe(rung, workMs, passed.TotalMilliseconds);
        _window = new Window(rung, now, documents, predictedMs);
    }

    // A few documents a second leave so much else to do in between that it would count as theirs.
    private void LookAtOverhead()
    {
        (long documents, double ms) = Spent();
        (long documentsSince, double msSince) = (documents - _spent.Documents, ms - _spent.Ms);
        if (_sharesCores && documentsSince >= 2 * EnoughDocuments) _overheadMs += ((msSince / documentsSince) - _overheadMs) / 2;
        _spent = (documents, ms);
    }

    private (long Documents, double Ms) Spent() =>
        (_progress.Batches.Work.Documents, OtherSteps.Sum(_progress.CpuMilliseconds));

    /// <summary>A time in which documents always waited and the mode stayed.</summary>
    private sealed record Window(int Rung, TimeSpan Began, long Documents, double PredictedMs);
}
