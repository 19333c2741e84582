using Confluent.Kafka;

namespace Sluice.Cli.DeadLetters;

/// <summary>What is to be sent back.</summary>
/// <param name="Topic">The dead-letter topic.</param>
/// <param name="Filter">Which of its records.</param>
/// <param name="Name">Whose committed offsets say what was sent back (<see cref="ReplayGroups"/>).</param>
/// <param name="To">The topic that they are sent to; null for the one that each came from.</param>
/// <param name="MostReplays">A record that was sent back so often stays.</param>
/// <param name="Most">How many at most.</param>
/// <param name="IsDry">Nothing is sent or committed; it is only told what would be.</param>
internal sealed record ReplayRequest(string Topic, RecordFilter Filter, string Name, string? To, int MostReplays, int Most, bool IsDry);

/// <summary>What a replay has done so far.</summary>
internal sealed class ReplayCounts
{
    /// <summary>Records that were sent back and committed; of a dry run, that would be.</summary>
    public int Sent { get; set; }

    /// <summary>Records that cannot be sent back.</summary>
    public int Refused { get; set; }

    /// <summary>Records that the filter leaves out.</summary>
    public long LeftOut { get; set; }

    /// <summary>Offsets before the first that is late enough: they count as passed from now on.</summary>
    public long Older { get; set; }

    /// <summary>Records that this replay or another of the same name had passed before.</summary>
    public long Done { get; set; }

    /// <summary>Whether there may be more: the most of one run was reached.</summary>
    public bool IsCut { get; set; }
}

/// <summary>Sends dead-letter records back: partition by partition, each in the order of its offsets, up to the end that it has at the
/// start; what is rejected again meanwhile is left for another run.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="topic">The dead-letter topic.</param>
/// <param name="rules">What is sent of a record.</param>
/// <param name="groups">How far replays have come.</param>
/// <param name="transactions">Sends; null in a dry run.</param>
/// <param name="tell">Takes a line for each record that cannot be sent back, or would be.</param>
/// <param name="time">How old records are.</param>
/// <remarks>One caller at a time. A batch of <see cref="MostRecords"/>, or of <see cref="MostBytes"/> and one record more, is in memory at
/// once.</remarks>
internal sealed class Replayer(ReplayRequest request, DeadLetterTopic topic, ReplayRules rules, ReplayGroups groups,
    ReplayTransactions? transactions, Action<DeadLetterRecord, ReplayVerdict> tell, TimeProvider time)
{
    /// <summary>After this time without a commit brokers forget the offsets of a group without members, unless
    /// <c>offsets.retention.minutes</c> is set: whether an older record was sent back nobody can tell.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private const int MostRecords = 500; // of a transaction: a hundredth of its time-out, on a slow broker
    private const long MostBytes = 8 << 20;

    private readonly List<Replay> _batch = [];
    private long _bytes;

    /// <summary>What was done.</summary>
    public ReplayCounts Counts { get; } = new();

    /// <summary>Whether anything was looked at.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Does it. What was committed when it ends, for whatever reason, stays done.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop, between two transactions.</exception>
    /// <exception cref="ReplayRefusedException">There are records that may have been sent back, and nothing says what to do with them.
    /// </exception>
    /// <exception cref="Worker.Kafka.ClusterException">Nobody answers, or it was shut out by another replay of the same group.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        string group = groups.Of(request.Filter);
        IReadOnlyList<PartitionRange> all = topic.Ranges();
        if (request.Filter.Since is null) await RefuseOldAsync(group, all);
        HasBegun = true;
        Dictionary<int, long> since = request.Filter.Since is { } first ? BeginsOf(first) : [];
        foreach (PartitionRange range in all)
        {
            long committed = await groups.CommittedAsync(group, range.Partition);
            Counts.Done += Math.Clamp(committed - range.Begin, 0, range.End - range.Begin);
            long begin = long.Max(committed, range.Begin), wanted = long.Max(begin, since.GetValueOrDefault(range.Partition));
            Counts.Older += wanted - begin;
            if (await RunAsync(range with { Begin = wanted }, committed, stop)) continue;
            Counts.IsCut = true;
            return;
        }
    }

    private async Task RefuseOldAsync(string group, IReadOnlyList<PartitionRange> all)
    {
        Dictionary<int, long> remembered = BeginsOf(time.GetUtcNow() - Remembered);
        long old = 0;
        foreach (PartitionRange range in all)
        {
            long begin = long.Max(range.Begin, await groups.CommittedAsync(group, range.Partition));
            old += long.Max(0, remembered.GetValueOrDefault(range.Partition) - begin);
        }

        if (old > 0) throw new ReplayRefusedException(request.Topic, group, old);
    }

    private Dictionary<int, long> BeginsOf(DateTimeOffset first) =>
        topic.Ranges(first).ToDictionary(range => range.Partition, range => range.Begin);

    // Returns false where the most of a run is reached.
    private async Task<bool> RunAsync(PartitionRange range, long committed, CancellationToken stop)
    {
        long next = range.Begin;
        foreach (DeadLetterRecord record in topic.Read(range, stop))
        {
            if (record.Time >= request.Filter.Until)
            {
                Commit(range.Partition, record.Offset, committed);
                return true;
            }

            if (!request.Filter.Takes(record)) Counts.LeftOut++;
            else if (await groups.IsDoneAsync(record)) Counts.Done++;
            else if (Counts.Sent + _batch.Count < request.Most) Take(record);
            else
            {
                Commit(range.Partition, record.Offset, committed);
                return false;
            }

            next = record.Offset + 1;
            if (_batch.Count < MostRecords && _bytes < MostBytes) continue;
            Commit(range.Partition, next, committed);
            committed = next;
            stop.ThrowIfCancellationRequested();
        }

        Commit(range.Partition, long.Max(range.End, next), committed);
        return true;
    }

    private void Take(DeadLetterRecord record)
    {
        ReplayVerdict verdict = rules.Of(record);
        if (verdict.Record is null || request.IsDry) tell(record, verdict);
        if (verdict.Record is null)
        {
            Counts.Refused++;
            return;
        }

        _batch.Add(new Replay(record, verdict.Record, verdict.Partition));
        _bytes += (record.Value?.Length ?? 0) + (record.Key?.Length ?? 0) + record.Headers.Sum(header => header.Value?.Length ?? 0);
    }

    private void Commit(int partition, long next, long committed)
    {
        if (transactions is null) Counts.Sent += _batch.Count;
        else if (_batch.Count > 0 || next > committed) Send(_batch, partition, next);
        _batch.Clear();
        _bytes = 0;
    }

    // A topic that does not take one record refuses all of its transaction: halves find which it is.
    private void Send(List<Replay> replays, int partition, long next)
    {
        if (transactions!.TrySend(replays, new TopicPartitionOffset(request.Topic, partition, next), topic.Group) is not { } why)
        {
            Counts.Sent += replays.Count;
        }
        else if (replays.Count > 1)
        {
            int half = replays.Count / 2;
            Send(replays[..half], partition, replays[half].From.Offset);
            Send(replays[half..], partition, next);
        }
        else
        {
            tell(replays[0].From, new ReplayVerdict(null, null, $"topic '{replays[0].Record.Topic}' does not take it: {why}"));
            Counts.Refused++;
            Send([], partition, next);
        }
    }
}

/// <summary>A replay was not begun: it might send again what was sent.</summary>
internal sealed class ReplayRefusedException(string topic, string group, long records) : Exception($"Topic '{topic}' has {records} records "
    + $"older than {Replayer.Remembered.TotalDays:0} days that group '{group}' has not passed. Whether they were sent back cannot be told: "
    + "brokers forget the offsets of a group without members after that time (offsets.retention.minutes). Give --since 7d to leave them, "
    + "or --since 1970-01-01 to send them too.");
