using System.Diagnostics;
using Sluice.Worker.Batching;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Pipeline;

/// <summary>Steps 3 and 4: holds tokenized documents, and plans a batch of them when an inference caller asks for one.</summary>
/// <remarks>
/// <para>Callers pull: a batch is planned at the moment in which someone can run it, from all that waits by then. So an idle caller never waits for a batch to fill, there is no timer, and batches grow by
/// themselves under load. Each holds the document that has waited longest, so no length starves.</para>
/// <para>Thread-safe; one lock around a queue whose length the pipeline's load bounds. Callers are dedicated threads and wait on the lock's condition.</para>
/// </remarks>
internal sealed class BatchStep
{
    private readonly object _gate = new(); // Monitor, not Lock: callers wait on it
    private readonly PlannedQueue<WorkItem> _waiting;
    private readonly OffsetTracker _tracker;
    private readonly PipelineLoad _load;
    private readonly PipelineProgress _progress;
    private readonly TimeProvider _time;
    private readonly long _began;
    private int _idle;
    private bool _completed;

    /// <param name="longest">Tokens of the longest document that the model takes.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="ageBound">Age by which a document should be done.</param>
    /// <param name="options">Bounds the documents that can wait here.</param>
    /// <param name="tracker">Knows which documents are still this worker's.</param>
    /// <param name="load">Is told of documents that are dropped.</param>
    /// <param name="progress">Is told too.</param>
    /// <param name="time">Orders documents by age.</param>
    public BatchStep(int longest, BatchBudget budget, TimeSpan ageBound, PipelineOptions options, OffsetTracker tracker, PipelineLoad load, PipelineProgress progress, TimeProvider time)
    {
        _waiting = new PlannedQueue<WorkItem>(options.MaxDocumentsInFlight, longest, budget, ageBound);
        (_tracker, _load, _progress, _time) = (tracker, load, progress, time);
        _began = time.GetTimestamp();
    }

    /// <summary>Takes over a document.</summary>
    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            if (!_waiting.TryAdd(item, item.Tokens, Now()))
                throw new UnreachableException($"{_waiting.Count} documents wait, as many as may be on their way, and one more came. This is a bug.");
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Fills an empty batch with what is best to run next; waits while there is nothing. False when there will be nothing any more.</summary>
    /// <param name="batch">At least as large as the budget.</param>
    /// <param name="costs">Of the mode that the caller will run.</param>
    /// <remarks>Documents whose partition was taken away meanwhile are dropped here: their new owner labels them.</remarks>
    public bool TryFill(PackedBatch<WorkItem> batch, CostModel costs)
    {
        lock (_gate)
        {
            _idle++;
            try
            {
                while (true)
                {
                    while (_waiting.Count > 0)
                    {
                        PlannedBatch planned = _waiting.Plan(costs.Current, _idle, Now());
                        for (int index = planned.Start; index < planned.End; index++) Put(_waiting.Take(index), batch);
                        if (batch.Rows > 0) return true;
                    }

                    if (_completed) return false;
                    Monitor.Wait(_gate);
                }
            }
            finally
            {
                _idle--;
            }
        }
    }

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
            while (_waiting.Count > 0) Drop(_waiting.TakeOldest());
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private TimeSpan Now() => _time.GetElapsedTime(_began);

    private void Put(WorkItem item, PackedBatch<WorkItem> batch)
    {
        if (!_tracker.IsCurrent(item.Source))
        {
            Drop(item);
            return;
        }

        bool fits = batch.TryAdd(item, item.Ids);
        Debug.Assert(fits, "a planned batch is within the budget");
        item.ReleaseIds();
    }

    private void Drop(WorkItem item)
    {
        item.ReleaseIds();
        _load.Leave(item.KeptBytes, item.Tokens);
        _progress.Dropped();
    }
}
