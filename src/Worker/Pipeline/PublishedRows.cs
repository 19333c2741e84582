using System.Buffers;
using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Publishes the rows of one batch after another, each once, and tells which step the thread's CPU was for. The inference
/// thread's own.</summary>
internal sealed class PublishedRows(PackedBatch<WorkItem> batch, ModelIdentity model, PublishLabel publish, HeldLabels held,
    RejectDocument reject, PipelineProgress progress) : IRowSink
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly float[] _probabilities = new float[model.Labels.Count];
    private readonly bool[] _isGiven = new bool[batch.MaxRows];
    private int _given;
    private long _cpu = ThreadCpuClock.Now(); // from this reading on nothing is charged yet

    /// <summary>Begins with the batch as it is filled now.</summary>
    public void Begin()
    {
        _isGiven.AsSpan(0, batch.Rows).Clear();
        _given = 0;
        _cpu = progress.Charge(PipelineStep.Batch, _cpu);
    }

    /// <summary>Whether a row is labelled or rejected.</summary>
    public bool IsGiven(int row) => _isGiven[row];

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<int> rows, ReadOnlySpan<float> logits, Provenance provenance)
    {
        _cpu = progress.Charge(PipelineStep.Infer, _cpu);
        int tokens = 0;
        foreach (int row in rows)
        {
            MarkGiven(row);
            tokens += batch.Items[row].Tokens;
        }

        progress.Labelled(rows.Length, tokens);
        for (int next = 0; next < rows.Length; next++)
        {
            Scores.Softmax(logits.Slice(next * _probabilities.Length, _probabilities.Length), _probabilities);
            publish(batch.Items[rows[next]], model, _probabilities, provenance, _output);
        }

        _cpu = progress.Charge(PipelineStep.Publish, _cpu);
    }

    /// <summary>Gives up a row: it gets no label.</summary>
    public void Reject(int row, Rejection rejection)
    {
        MarkGiven(row);
        reject(batch.Items[row], rejection);
    }

    /// <summary>A run of the batch, of a part of it, or of a made-up document, is over.</summary>
    public void Ran(BatchOutcome outcome)
    {
        _cpu = progress.Charge(PipelineStep.Infer, _cpu);
        progress.ChargeHelpers(outcome.HelpersCpuNs);
    }

    /// <summary>Nothing of the batch will be run any more.</summary>
    public void End()
    {
        // A row without a label would hold back its partition's offsets for good.
        if (_given != batch.Rows) throw new UnreachableException($"The engine gave {_given} rows of {batch.Rows}. This is a bug.");
    }

    /// <summary>Sends what is held: the thread is about to wait.</summary>
    public void SendHeld() => Send(before: null);

    /// <summary>Sends what would be held too long by the end of a run.</summary>
    /// <param name="run">How long it will take.</param>
    public void SendHeldBefore(TimeSpan run) => Send(run);

    private void Send(TimeSpan? before)
    {
        _cpu = progress.Charge(PipelineStep.Batch, _cpu);
        if (before is { } run) held.SendBefore(run);
        else held.SendAll();
        _cpu = progress.Charge(PipelineStep.Publish, _cpu);
    }

    private void MarkGiven(int row)
    {
        // A second label's delivery would finish the document again, in librdkafka's thread.
        if (_isGiven[row]) throw new UnreachableException($"The engine gave row {row} of {batch.Rows} twice. This is a bug.");
        _isGiven[row] = true;
        _given++;
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

/// <summary>Sends a document that cannot be labelled to the dead-letter topic.</summary>
/// <param name="item">The document.</param>
/// <param name="rejection">Why.</param>
internal delegate void RejectDocument(WorkItem item, Rejection rejection);
