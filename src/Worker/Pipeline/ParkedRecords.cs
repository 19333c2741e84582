using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Pipeline;

/// <summary>Records that wait for what reading them needs, a schema that the registry is being asked for, while the decode workers go on
/// with others.</summary>
/// <remarks>
/// <para>They stay in flight, so what may be in flight bounds them, and where the order of keys is kept none of their key comes before
/// them. Those that wait for one and the same thing go on together, in the order in which they came; one such group at a time, so that a
/// registry that comes back does not take every core.</para>
/// <para>Thread-safe.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001",
    Justification = "Without its wait handle a semaphore holds nothing to dispose of, and a group may go on as late as it likes.")]
internal sealed class ParkedRecords(PipelineFailure failure)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Task<Rejection?>, Group> _groups = []; // by the very task
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Parks a record.</summary>
    /// <param name="record">It has a value.</param>
    /// <param name="ready">What it waits for: why it cannot be read, or null. A failure of it is one of the decode step.</param>
    /// <param name="goOn">Takes the records of a group over when it is there; called once a group.</param>
    /// <returns>False where it is there already: the caller goes on with the record.</returns>
    public bool TryAdd(SourceRecord record, Task<Rejection?> ready, Action<IReadOnlyList<SourceRecord>, Rejection?> goOn)
    {
        lock (_gate)
        {
            if (ready.IsCompleted) return false;
            if (!_groups.TryGetValue(ready, out Group? group))
            {
                group = _groups[ready] = new Group();
                group.Done = Task.Run(() => failure.GuardAsync("decode", stop => GoOnAsync(ready, group, goOn, stop)),
                    CancellationToken.None);
            }

            group.Records.Add(record);
            return true;
        }
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

    private async Task GoOnAsync(Task<Rejection?> ready, Group group, Action<IReadOnlyList<SourceRecord>, Rejection?> goOn,
        CancellationToken stop)
    {
        try
        {
            Rejection? unprepared = await ready.WaitAsync(stop);
            await _turn.WaitAsync(stop);
            try
            {
                IReadOnlyList<SourceRecord> records;
                lock (_gate) records = group.Records; // whoever saw the task open has added its record by now
                goOn(records, unprepared);
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

    private sealed class Group
    {
        public List<SourceRecord> Records { get; } = [];

        public Task Done { get; set; } = Task.CompletedTask;
    }
}
