using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Pipeline;

/// <summary>Records that wait for what reading them needs, a schema that the registry is being asked for, while the decode workers go on
/// with others.</summary>
/// <remarks>
/// <para>They stay in flight with their bytes and without tokens, so the records and bytes that may be in flight bound them; where the
/// order of keys is kept none of their key comes before them. Those that wait for one and the same thing go on together, in the order in
/// which they came; one such group at a time, so that a registry that comes back does not take every core.</para>
/// <para>Nobody waits for them: those of a partition that is taken away are dropped at once, and so are all when the worker stops.</para>
/// <para>Thread-safe.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001",
    Justification = "Without its wait handle neither holds anything to dispose of, and a group may go on as late as it likes.")]
internal sealed class ParkedRecords(InFlightRecords records, PipelineFailure failure)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Task<Rejection?>, Group> _groups = []; // by the very task
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _abandoned = new();
    private bool _isAbandoned;
    private int _droppedAtStop;

    /// <summary>Takes the records of a group over when what they wait for is there: each is parked still, and goes on or is finished.
    /// </summary>
    /// <param name="ready">In the order in which they came.</param>
    /// <param name="unprepared">Why they cannot be read, or null.</param>
    /// <param name="stop">Ends it.</param>
    public delegate Task GoOn(IReadOnlyList<SourceRecord> ready, Rejection? unprepared, CancellationToken stop);

    /// <summary>Records that were dropped since the worker stops; those that waited behind them for their key are not counted.</summary>
    public int DroppedAtStop => Volatile.Read(ref _droppedAtStop);

    /// <summary>Parks a record, or drops it where its partition was taken away or the worker stops.</summary>
    /// <param name="record">It has a value.</param>
    /// <param name="ready">What it waits for: why it cannot be read, or null. A failure of it is one of the decode step.</param>
    /// <param name="goOn">Called once a group.</param>
    /// <returns>False where it is there already: the caller goes on with the record.</returns>
    public bool TryAdd(SourceRecord record, Task<Rejection?> ready, GoOn goOn)
    {
        lock (_gate)
        {
            if (ready.IsCompleted) return false;
            bool isCurrent = records.IsCurrent(record.Envelope); // if its epoch ends from now on, DropGone finds it
            if (isCurrent && !_isAbandoned)
            {
                if (!_groups.TryGetValue(ready, out Group? group))
                {
                    group = _groups[ready] = new Group();
                    group.Done = Task.Run(() => failure.GuardAsync("decode", stop => GoOnAsync(ready, group, goOn, stop)),
                        CancellationToken.None);
                }

                records.Park(record.Envelope);
                group.Records.Add(record);
                return true;
            }

            if (isCurrent) _droppedAtStop++;
        }

        Drop([record]);
        return true;
    }

    /// <summary>Drops those whose partition was taken away: another worker reads them.</summary>
    public void DropGone()
    {
        List<SourceRecord> gone = [];
        lock (_gate)
        {
            foreach (Group group in _groups.Values) group.Records.RemoveAll(IsGone);
        }

        Drop(gone);

        bool IsGone(SourceRecord record)
        {
            if (records.IsCurrent(record.Envelope)) return false;
            gone.Add(record);
            return true;
        }
    }

    /// <summary>Drops all, and whatever would be parked from now on: the worker stops, and reads them again when it starts. What is there
    /// by now still goes on. Call it when no more records are taken in: then what waits behind one for its key is dropped with it.
    /// </summary>
    public void Abandon()
    {
        List<SourceRecord> left = [];
        lock (_gate)
        {
            foreach ((Task<Rejection?> ready, Group group) in _groups)
                if (!ready.IsCompleted) left.AddRange(group.TakeAll());
            _isAbandoned = true;
            _droppedAtStop += left.Count;
        }

        Drop(left);
        _abandoned.Cancel();
    }

    /// <summary>Ends when nothing is parked; call it when no more will be.</summary>
    public async Task WaitForAllAsync(CancellationToken stop)
    {
        while (Open() is { Length: > 0 } open) await Task.WhenAll(open).WaitAsync(stop);

        Task[] Open()
        {
            lock (_gate) return [.. _groups.Values.Select(group => group.Done)];
        }
    }

    private async Task GoOnAsync(Task<Rejection?> ready, Group group, GoOn goOn, CancellationToken stop)
    {
        try
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, _abandoned.Token);
            await ((Task)ready.WaitAsync(either.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ready.IsCompleted) return; // they were dropped (Abandon), or the steps must stop where they are
            Rejection? unprepared = await ready;
            await _turn.WaitAsync(stop);
            try
            {
                IReadOnlyList<SourceRecord> taken;
                lock (_gate) taken = group.TakeAll(); // whoever saw the task open has added its record by now
                await goOn(taken, unprepared, stop);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            lock (_gate) _groups.Remove(ready);
        }
    }

    private void Drop(List<SourceRecord> dropped)
    {
        foreach (SourceRecord record in dropped) records.Finish(record.Envelope, RecordOutcome.Dropped);
    }

    private sealed class Group
    {
        public List<SourceRecord> Records { get; private set; } = [];

        public Task Done { get; set; } = Task.CompletedTask;

        public List<SourceRecord> TakeAll()
        {
            (List<SourceRecord> all, Records) = (Records, []);
            return all;
        }
    }
}
