using System.Buffers;
using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>
/// The infer step: runs the model over batches. Each inference thread has one batch, so as many run at once as there are threads.
/// </summary>
internal sealed class InferStep(IEngine engine, CurrentMode current, ModeCosts costs, BatchStep batches, PublishLabel publish,
    PipelineProgress progress, CostClock clock)
{
    /// <summary>Works until no batch will come any more, which <see cref="BatchStep"/> says.</summary>
    /// <param name="batch">The calling thread's own, empty, as large as the budget.</param>
    /// <remarks>The mode is read once for each batch, when it is planned: it is planned by the costs of that mode, run in it and labelled
    /// as of it, whatever the mode is by then.</remarks>
    public void Run(PackedBatch<WorkItem> batch)
    {
        PublishedRows rows = new(batch, engine.Model, publish, progress);
        CostedEngine costed = new(engine, clock);
        var paces = costs.ForThread();
        Mode mode = current.Snapshot.Mode;
        ThreadPace pace = paces[mode];
        Func<CostSnapshot> costsOfNext = () =>
        {
            mode = current.Snapshot.Mode;
            pace = paces[mode];
            return pace.Current;
        };
        rows.Cpu = ThreadCpuClock.Now();
        while (batches.TryFill(batch, costsOfNext))
        {
            batch.Seal();
            rows.Begin();
            CostedBatch ran = costed.Run(batch.Tensors, batch.Shape, mode, pace, rows);
            rows.End(ran.Outcome);
            progress.Batches.Note(batch.Shape, ran.PredictedMs, ran.MeasuredMs);
            batch.Clear();
        }
    }

    /// <summary>Publishes the rows of one batch after another, and tells which step the thread's CPU was for.</summary>
    private sealed class PublishedRows(PackedBatch<WorkItem> batch, ModelIdentity model, PublishLabel publish, PipelineProgress progress)
        : IRowSink
    {
        private readonly ArrayBufferWriter<byte> _output = new();
        private readonly float[] _probabilities = new float[model.Labels.Count];
        private readonly bool[] _isGiven = new bool[batch.MaxRows];
        private int _given;

        /// <summary>The reading from which on nothing is charged yet.</summary>
        public long Cpu { get; set; }

        public void Begin()
        {
            _isGiven.AsSpan(0, batch.Rows).Clear();
            _given = 0;
            Cpu = progress.Charge(PipelineStep.Batch, Cpu);
        }

        public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
        {
            Cpu = progress.Charge(PipelineStep.Infer, Cpu);
            int tokens = 0;
            foreach (int row in rows)
            {
                // A second label's delivery would finish the document again, in librdkafka's thread.
                if (_isGiven[row]) throw new UnreachableException($"The engine gave row {row} of {batch.Rows} twice. This is a bug.");
                _isGiven[row] = true;
                tokens += batch.Items[row].Tokens;
            }

            progress.Labelled(rows.Length, tokens);
            for (int next = 0; next < rows.Length; next++)
            {
                Scores.Softmax(logits.Slice(next * _probabilities.Length, _probabilities.Length), _probabilities);
                publish(batch.Items[rows[next]], model, _probabilities, provenance, _output);
            }

            _given += rows.Length;
            Cpu = progress.Charge(PipelineStep.Publish, Cpu);
        }

        public void End(BatchOutcome outcome)
        {
            // A row without a label would hold back its partition's offsets for good.
            if (_given != batch.Rows) throw new UnreachableException($"The engine gave {_given} rows of {batch.Rows}. This is a bug.");
            Cpu = progress.Charge(PipelineStep.Infer, Cpu);
            progress.ChargeHelpers(outcome.HelpersCpuNs);
        }
    }
}

/// <summary>Sends the label of a document; see <see cref="PublishStep.Label"/>.</summary>
/// <param name="item">The document.</param>
/// <param name="model">What labelled it.</param>
/// <param name="probabilities">[labels], sums to 1. The caller's: valid during the call.</param>
/// <param name="provenance">How it was labelled.</param>
/// <param name="output">The caller's scratch; its content is not kept.</param>
internal delegate void PublishLabel(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, Provenance provenance,
    ArrayBufferWriter<byte> output);
