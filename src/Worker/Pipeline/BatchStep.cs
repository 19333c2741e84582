using Sluice.Worker.Batching;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Pipeline;

/// <summary>Steps 3 and 4: holds tokenized documents, and makes a batch of them when an inference caller asks for one.</summary>
/// <remarks>
/// <para>First come, first served, up to the batch's budget of tokens, each document counted with the length of the longest. Callers pull: a batch is made at the moment in which someone can run it, of all that is there by then, so an idle caller never
/// waits for a batch to fill, and under load batches are full without a timer.</para>
/// <para>Thread-safe; one lock around a queue whose length the pipeline's load bounds. Callers are dedicated threads and wait on the lock's condition.</para>
/// </remarks>
internal sealed class BatchStep(OffsetTracker tracker, PipelineLoad load, PipelineProgress progress)
{
    private readonly object _gate = new(); // Monitor, not Lock: callers wait on it
    private readonly Queue<WorkItem> _pending = new();
    private bool _completed;

    /// <summary>Takes over a document.</summary>
    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            _pending.Enqueue(item);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Fills an empty batch; waits while there is nothing to fill it with. False when there will be nothing any more.</summary>
    /// <remarks>Documents whose partition was taken away meanwhile are dropped here: their new owner labels them.</remarks>
    public bool TryFill(PackedBatch<WorkItem> batch)
    {
        lock (_gate)
        {
            while (true)
            {
                while (_pending.TryPeek(out WorkItem? item))
                {
                    if (tracker.IsCurrent(item.Source))
                    {
                        if (!Fits(batch, item.Tokens) || !batch.TryAdd(item, item.Ids)) return true;
                        item.ReleaseIds();
                    }
                    else
                    {
                        Drop(item);
                    }

                    _pending.Dequeue();
                }

                if (batch.Rows > 0) return true;
                if (_completed) return false;
                Monitor.Wait(_gate);
            }
        }
    }

    // Attention sees every row as long as the longest, so a short document beside a long one costs nearly as much as the long one.
    private static bool Fits(PackedBatch<WorkItem> batch, int tokens) =>
        batch.Rows == 0 || (batch.Rows + 1L) * Math.Max(batch.MaxLength, tokens) <= batch.MaxTokens;

    /// <summary>No more documents will come: callers empty what is there and then get false.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Throws away what is there and lets the callers go.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            while (_pending.TryDequeue(out WorkItem? item)) Drop(item);
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Drop(WorkItem item)
    {
        item.ReleaseIds();
        load.Leave(item.KeptBytes, item.Tokens);
        progress.Dropped();
    }
}
