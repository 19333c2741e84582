using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>Runs an inference thread's batches. What a run that fails has not given is run again in halves, each half again so, down to
/// one document.</summary>
/// <remarks>
/// <para>One that fails alone has failed for itself, or the engine is broken. Where the engine does not label a made-up document of as
/// many tokens either, it is lost: the start proved that it labels the longest there are, so what fails for a length is the engine's
/// fault. Where it does, the document is tried twice more and then the made-up one once: only a document that fails all three times, on
/// an engine that was sound in between and afterwards, is rejected. Twice in a row, so that what fails every other time labels it. Where
/// runs fail by chance, p of them, the engine counts as lost sooner than documents are rejected: p (1 - p)^2 / (1 + p^2 (1 - p)) of them
/// for each stop, which is under one in seven, so no storm sends a topic to the dead letters.</para>
/// <para>One that fails for want of memory is never rejected: there was enough for the heaviest batches at the start, so somebody else has
/// it, and the engine counts as lost. Nothing is remembered of it for later batches: that memory may come back, and until then a failed
/// run costs little, since it fails before it computes; the log and a count say that it goes on.</para>
/// <para>A failed run teaches nothing of costs; one of a half is a run as any other. The inference thread's own.</para>
/// </remarks>
/// <param name="costed">What labels, as the thread runs it.</param>
/// <param name="batch">The thread's batch.</param>
/// <param name="rows">Takes the batch's rows, or rejects them.</param>
/// <param name="shortest">Token ids of the shortest document, [CLS] [SEP], of which others are made up.</param>
/// <param name="failed">Is told of runs that fail.</param>
/// <param name="progress">Counts runs.</param>
internal sealed class RepeatedRuns(CostedEngine costed, PackedBatch<WorkItem> batch, PublishedRows rows, int[] shortest,
    FailedRuns failed, PipelineProgress progress) : IDisposable
{
    private PackedBatch<int>? _part; // rows of the batch; made when the first run fails, as large as the batch
    private Mode _mode = null!;
    private ThreadPace _pace = null!;

    /// <summary>Runs the batch until each of its rows is given or rejected.</summary>
    /// <param name="mode">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="pace">The thread's own, of the mode.</param>
    /// <exception cref="EngineLostException">The engine labels nothing any more, or has no memory for one document. Rows may be left.
    /// </exception>
    /// <remarks>What is no failure of ONNX Runtime comes through as it is.</remarks>
    public void Run(Mode mode, ThreadPace pace)
    {
        (_mode, _pace) = (mode, pace);
        if (Try(batch.Tensors, batch.Shape, rows) is { } failure) Split([.. Enumerable.Range(0, batch.Rows)], failure);
    }

    public void Dispose() => _part?.Dispose();

    private void Split(int[] ran, OnnxRuntimeException failure)
    {
        int[] left = [.. ran.Where(row => !rows.IsGiven(row))];
        if (left.Length == 0) return; // it failed after the last one
        if (ran.Length == 1)
        {
            Judge(left[0], failure);
            return;
        }

        int half = left.Length / 2;
        RunPart(left[..half]);
        RunPart(left[half..]);
    }

    private void RunPart(int[] part)
    {
        if (part.Length > 0 && TryPart(part) is { } failure) Split(part, failure);
    }

    // It has failed once alone.
    private void Judge(int row, OnnxRuntimeException failure)
    {
        RequireSound(row);
        for (int time = 0; time < 2; time++)
        {
            if (TryPart([row]) is not { } again || rows.IsGiven(row)) return;
            failure = OutOfMemory.Is(failure) ? failure : again;
        }

        RequireSound(row);
        WorkItem item = batch.Items[row];
        if (OutOfMemory.Is(failure)) throw failed.Lost(_mode, item, failure);
        rows.Reject(row, failed.RejectionOf(_mode, item.Tokens, failure));
    }

    // Of ids that the vocabulary surely has: [CLS] [SEP] [SEP] and so on, as many as the document's tokens.
    private void RequireSound(int row)
    {
        int[] ids = new int[batch.Items[row].Tokens];
        ids.AsSpan().Fill(shortest[^1]);
        ids[0] = shortest[0];
        PackedBatch<int> madeUp = EmptyPart();
        madeUp.TryAdd(row, ids);
        madeUp.Seal();
        try
        {
            rows.Ran(costed.Run(madeUp.Tensors, madeUp.Shape, _mode, _pace, DiscardedRows.Instance, learn: false).Outcome);
        }
        catch (OnnxRuntimeException e)
        {
            throw failed.Lost(_mode, batch.Items[row], e);
        }
    }

    private OnnxRuntimeException? TryPart(int[] part)
    {
        PackedBatch<int> some = EmptyPart();
        PackedTensors whole = batch.Tensors;
        foreach (int row in part) some.TryAdd(row, whole.Ids.Slice(whole.Cls[row], whole.Lengths[row]));
        some.Seal();
        return Try(some.Tensors, some.Shape, new RowsOfPart(part, rows));
    }

    private PackedBatch<int> EmptyPart()
    {
        _part ??= new PackedBatch<int>(batch.MaxRows, batch.MaxTokens);
        _part.Clear();
        return _part;
    }

    private OnnxRuntimeException? Try(PackedTensors tensors, BatchShape shape, IRowSink sink)
    {
        try
        {
            CostedBatch ran = costed.Run(tensors, shape, _mode, _pace, sink);
            rows.Ran(ran.Outcome);
            progress.Batches.Note(_mode, shape, ran.PredictedMs, ran.MeasuredMs);
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            failed.Tell(shape, _mode, e);
            return e;
        }
    }

    /// <summary>From a part's rows to the batch's.</summary>
    private sealed class RowsOfPart(int[] part, PublishedRows rows) : IRowSink
    {
        public void Take(ReadOnlySpan<int> ofPart, ReadOnlySpan<float> logits, Provenance provenance)
        {
            int[] ofBatch = new int[ofPart.Length];
            for (int next = 0; next < ofBatch.Length; next++) ofBatch[next] = part[ofPart[next]];
            rows.Take(ofBatch, logits, provenance);
        }
    }
}
