using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>
/// The infer step: runs the model over batches. Each inference thread has one batch, so as many run at once as there are threads.
/// </summary>
/// <param name="engine">What labels.</param>
/// <param name="current">The mode of the next batch.</param>
/// <param name="costs">What batches cost in each mode.</param>
/// <param name="batches">Where batches come from.</param>
/// <param name="publish">Sends a label.</param>
/// <param name="held">The labels that wait for others.</param>
/// <param name="reject">Sends a document that cannot be labelled to the dead-letter topic.</param>
/// <param name="shortest">Token ids of the shortest document, [CLS] [SEP].</param>
/// <param name="failed">Is told of runs that fail.</param>
/// <param name="progress">Counts and charges.</param>
/// <param name="clock">What a run costs.</param>
/// <param name="turn">The engine's.</param>
internal sealed class InferStep(IEngine engine, CurrentMode current, ModeCosts costs, BatchStep batches, PublishLabel publish,
    HeldLabels held, RejectDocument reject, int[] shortest, FailedRuns failed, PipelineProgress progress, CostClock clock,
    DeviceTurn turn)
{
    /// <summary>Works until no batch will come any more, which <see cref="BatchStep"/> says.</summary>
    /// <param name="batch">The calling thread's own, empty, as large as the budget.</param>
    /// <remarks>The mode is read once for each batch, when it is planned, with the floor of its documents: it is planned by the costs of
    /// that mode, run in it and labelled as of it, whatever the mode is by then.</remarks>
    /// <inheritdoc cref="RepeatedRuns.Run"/>
    public void Run(PackedBatch<WorkItem> batch)
    {
        PublishedRows rows = new(batch, engine.Model, publish, held, reject, progress);
        using RepeatedRuns runs = new(new CostedEngine(engine, clock, turn), batch, rows, shortest, failed, progress);
        var paces = costs.ForThread();
        Mode mode = current.Snapshot.Mode;
        ThreadPace pace = paces[mode];
        Func<int, CostSnapshot> costsOfNext = floor =>
        {
            mode = current.Snapshot.For(floor);
            pace = paces[mode];
            return pace.Current;
        };
        try
        {
            while (TryFill(batch, costsOfNext, rows))
            {
                batch.Seal();
                rows.SendHeldBefore(TimeSpan.FromMilliseconds(pace.Current.Cost.Predict(batch.Shape)));
                rows.Begin();
                runs.Run(mode, pace);
                rows.End();
                batch.Clear();
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            rows.SendHeld(); // what was labelled before is right
            throw;
        }
    }

    // Labels are held while there is a next batch, and not while the thread waits for one.
    private bool TryFill(PackedBatch<WorkItem> batch, Func<int, CostSnapshot> costsOfNext, PublishedRows rows)
    {
        if (batches.TryFillNow(batch, costsOfNext)) return true;
        rows.SendHeld();
        return batches.TryFill(batch, costsOfNext);
    }
}
