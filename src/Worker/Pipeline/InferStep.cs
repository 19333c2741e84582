using System.Buffers;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Modes;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>
/// Step 5: runs the model over batches. Each caller is a thread of its own with one batch, so as many batches run at once as there are
/// callers.
/// </summary>
internal sealed class InferStep(IEngine engine, CostModel costs, BatchStep batches, PublishStep publish, PipelineProgress progress,
    CostClock clock)
{
    /// <summary>Works until no batch will come any more, which <see cref="BatchStep"/> says.</summary>
    /// <param name="batch">The calling thread's own, empty, as large as the budget.</param>
    /// <param name="scores">The calling thread's own, of MaxRows x labels.</param>
    public void Run(PackedBatch<WorkItem> batch, float[] scores)
    {
        ArrayBufferWriter<byte> output = new();
        int labels = engine.Model.Labels.Count;
        ThreadPace own = new(costs);
        CostedEngine costed = new(engine, own, clock);
        long cpu = ThreadCpuClock.Now();
        while (batches.TryFill(batch, own))
        {
            batch.Seal();
            cpu = progress.Charge(PipelineStep.Batch, cpu);
            Span<float> rows = scores.AsSpan(0, batch.Rows * labels);
            Provenance provenance = Infer(costed, batch, rows);
            cpu = progress.Charge(PipelineStep.Infer, cpu);
            progress.Labelled(batch.Rows, batch.Tokens);
            for (int row = 0; row < batch.Rows; row++)
            {
                Span<float> probabilities = rows.Slice(row * labels, labels);
                Scores.Softmax(probabilities, probabilities);
                publish.Label(batch.Items[row], engine.Model, probabilities, provenance, output);
            }

            batch.Clear();
            cpu = progress.Charge(PipelineStep.Publish, cpu);
        }
    }

    private Provenance Infer(CostedEngine costed, PackedBatch<WorkItem> batch, Span<float> logits)
    {
        CostedBatch ran = costed.Run(batch.Tensors, batch.Shape, logits);
        progress.Batches.Note(batch.Shape, ran.PredictedMs, ran.MeasuredMs);
        progress.ChargeHelpers(PipelineStep.Infer, ran.Outcome.HelpersCpuNs);
        return ran.Outcome.Provenance;
    }
}
