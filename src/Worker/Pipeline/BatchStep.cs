using System.Diagnostics;
using Sluice.Inference.Batching;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Pipeline;

/// <summary>The batch step: holds tokenized documents, and plans a batch of them when an inference thread asks for one.</summary>
/// <remarks>
/// <para>Inference threads pull: a batch is planned at the moment in which someone can run it, from all that waits by then. So an idle one
/// never waits for a batch to fill, there is no timer, and batches grow by themselves under load. Each holds the document that has waited
/// longest, so no length starves.</para>
/// <para>Thread-safe; one lock around a queue whose length what may be in flight bounds. Inference threads are dedicated threads and wait
/// on the lock's condition.</para>
/// </remarks>
internal sealed class BatchStep
{
    private readonly object _gate = new(); // Monitor, not Lock: threads wait on it
    private readonly WaitingQueue<WorkItem> _waiting;
    private readonly RecentLengths _recent;
    private readonly InFlightRecords _records;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly int _atOnce, _modes;
    private int _idle, _blocked;
    private bool _completed;

    /// <param name="longest">Tokens of the longest document that the model takes.</param>
    /// <param name="budget">What one batch may hold.</param>
    /// <param name="ageBound">Age by which a document should be done.</param>
    /// <param name="options">Bounds the documents and tokens that can wait here, and knows how many batches run at once.</param>
    /// <param name="records">Knows which documents are still this worker's, and is told of those that are dropped.</param>
    /// <param name="time">Orders documents by age.</param>
    /// <param name="modes">How many are loaded: of so many floors no batch mixes two.</param>
    public BatchStep(int longest, BatchBudget budget, TimeSpan ageBound, PipelineOptions options, InFlightRecords records,
        TimeProvider time, int modes)
    {
        _waiting = new WaitingQueue<WorkItem>(options.DocumentsInFlight, options.TokensInFlight, longest, budget, ageBound, modes);
        _recent = new RecentLengths(modes);
        (_records, _time, _atOnce, _modes) = (records, time, options.BatchesAtOnce, modes);
        _began = time.GetTimestamp();
    }

    /// <summary>What it has at this moment.</summary>
    /// <param name="idleThreads">The model counts as idle while nothing waits and so many inference threads ask for a batch.</param>
    public ModelLoad Load(int idleThreads)
    {
        lock (_gate) return new ModelLoad(_waiting.Count, IsIdle: _waiting.Count == 0 && _idle >= idleThreads, _recent.Noted);
    }

    /// <summary>Tokens of the documents that came last, for each floor.</summary>
    public int[][] RecentByFloor()
    {
        lock (_gate) return _recent.ByFloor();
    }

    /// <summary>Takes over a document; waits while as many documents or tokens as may be are here, until an inference thread has taken
    /// some.</summary>
    /// <remarks>What may be in flight has the same bounds and stops reading first, so a decode worker waits here only for records that
    /// came past them: those of partitions assigned during a pause.</remarks>
    public void Add(WorkItem item)
    {
        lock (_gate)
        {
            _blocked++;
            int floor = Math.Min(item.Floor, _modes - 1);
            while (!_completed && !_waiting.TryAdd(item, item.Tokens, Now(), floor)) Monitor.Wait(_gate);
            _blocked--;
            _recent.Note(item.Tokens, floor);
            if (_completed) Drop(item);
            else Monitor.Pulse(_gate);
        }
    }

    /// <summary>
    /// Fills an empty batch with what is best to run next; waits while there is nothing. False when there will be nothing any more.
    /// </summary>
    /// <param name="batch">At least as large as the budget.</param>
    /// <param name="costs">Is asked, whenever a batch is planned, what batches cost the inference thread in the mode in which it will run
    /// this one, given the floor of its documents. The last answer before the return is of the batch that is filled. Called under the lock:
    /// it must be quick.</param>
    /// <remarks>Documents whose partition was taken away meanwhile are dropped here: their new owner labels them.</remarks>
    public bool TryFill(PackedBatch<WorkItem> batch, Func<int, CostSnapshot> costs) => TryFill(batch, costs, waits: true);

    /// <summary>As <see cref="TryFill(PackedBatch{WorkItem}, Func{int, CostSnapshot})"/>, but false when there is nothing at this
    /// moment.</summary>
    public bool TryFillNow(PackedBatch<WorkItem> batch, Func<int, CostSnapshot> costs) => TryFill(batch, costs, waits: false);

    /// <summary>No more documents will come: inference threads empty what is there and then get false.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Throws away what is there and lets the inference threads go.</summary>
    /// <returns>Documents that were thrown away.</returns>
    public int Abandon()
    {
        lock (_gate)
        {
            int abandoned = _waiting.Count;
            while (_waiting.Count > 0) Drop(_waiting.TakeOldest());
            _completed = true;
            Monitor.PulseAll(_gate);
            return abandoned;
        }
    }

    private bool TryFill(PackedBatch<WorkItem> batch, Func<int, CostSnapshot> costs, bool waits)
    {
        lock (_gate)
        {
            _idle++;
            try
            {
                while (!TryFillOfWaiting(batch, costs))
                {
                    if (_completed || !waits) return false;
                    Monitor.Wait(_gate);
                }

                return true;
            }
            finally
            {
                _idle--;
            }
        }
    }

    private bool TryFillOfWaiting(PackedBatch<WorkItem> batch, Func<int, CostSnapshot> costs)
    {
        while (_waiting.Count > 0)
        {
            PlannedBatch planned = _waiting.Plan(costs(_waiting.NextKey), Math.Min(_idle, _atOnce), Now());
            for (int index = planned.Start; index < planned.End; index++) Put(_waiting.Take(index), batch);
            if (_blocked > 0) Monitor.PulseAll(_gate);
            if (batch.Rows > 0) return true;
        }

        return false;
    }

    private TimeSpan Now() => _time.GetElapsedTime(_began);

    private void Put(WorkItem item, PackedBatch<WorkItem> batch)
    {
        if (!_records.TryTake(item.Envelope))
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
        _records.Finish(item.Envelope, RecordOutcome.Dropped);
    }
}
