using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>Where reading of a partition begins.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Offset">The place, with the leader epoch of a committed one; null while it is not known.</param>
/// <param name="IsCommitted">The group has it.</param>
internal sealed record StartPosition(SourcePartition Partition, TopicPartitionOffset? Offset, bool IsCommitted)
{
    /// <summary>For those who keep account of it.</summary>
    public AssignedPartition Assigned => new(Partition, Offset?.Offset.Value, IsCommitted);

    /// <summary>For the client. Where nothing is known it finds the committed offset by itself.</summary>
    public TopicPartitionOffset ToAssign =>
        Offset ?? new TopicPartitionOffset(Partition.Topic, Partition.Partition, Confluent.Kafka.Offset.Unset);
}

/// <summary>Finds where the reading of partitions begins: where the group has committed; of a partition without a commit at its beginning,
/// if it is new; else where <c>auto.offset.reset</c> says.</summary>
/// <remarks>
/// <para>A partition is new if the group had a commit for any partition of its topic before this assignment. What others commit while it
/// is made must not count: of a group that has just begun, the members commit their first positions at the same time. So what was seen
/// before the group was joined counts, which is why nobody joins before <see cref="LookForTopicsAsync"/> has had an answer; and what was
/// seen later counts for assignments from <see cref="OneAssignment"/> after.</para>
/// <para>On the reading thread, but for <see cref="LookForTopicsAsync"/>. All questions of one call are bounded by <see cref="Bound"/>
/// together; what is not answered by then is left open (null), and has to be asked for again.</para>
/// </remarks>
internal sealed class StartPositions(OffsetQueries queries, KafkaOptions kafka, Redaction redaction, TimeProvider time,
    ILogger<StartPositions> logger)
{
    /// <summary>How long a call may wait for brokers, also in a rebalance callback: until its next rebalance the group waits for nobody.
    /// </summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    // Members of one generation learn of it within the time of a heartbeat or two.
    private static readonly TimeSpan OneAssignment = TimeSpan.FromSeconds(30);

    private readonly OffsetReset _reset = OffsetResets.Of(kafka);
    private readonly HashSet<string> _before = [], _ours = []; // topics with commits from before this assignment, and of it
    private readonly Dictionary<SourcePartition, (bool IsNew, TimeSpan At)> _open = []; // without a place: what was decided, and last when
    private readonly Dictionary<SourcePartition, long> _placed = []; // found, and perhaps not committed yet
    private readonly RepeatedWarning _unknown = new(time, ClientWarnings.Quiet);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TimeSpan> _seen = []; // topics with commits, and since when that is known; under the lock
    private bool _hasLooked; // under the lock

    /// <summary>Looks of which topics the group has commits: before the group is joined, until there is an answer, and then now and then,
    /// also without a partition. From any thread.</summary>
    /// <returns>Why there was no answer; then nothing changes. Null when there was one, or it does not matter.</returns>
    public async Task<Error?> LookForTopicsAsync()
    {
        if (_reset == OffsetReset.Earliest) return null; // a new partition begins where any begins
        lock (_lock)
        {
            if (_hasLooked && kafka.InputTopics.All(_seen.ContainsKey)) return null; // a pattern is no topic's name: it is never done
        }

        try
        {
            IReadOnlySet<string> topics = await queries.TopicsWithCommitsAsync(Bound);
            string[] found;
            lock (_lock)
            {
                TimeSpan since = _hasLooked ? Now : TimeSpan.MinValue; // at first from before any assignment
                found = [.. topics.Where(topic => _seen.TryAdd(topic, since))];
                _hasLooked = true;
            }

            if (found.Length > 0) Log.TopicsKnown(logger, kafka.GroupId, string.Join(", ", found));
            return null;
        }
        catch (KafkaException e)
        {
            return ClientLog.Clean(e.Error, redaction);
        }
    }

    /// <summary>Finds where reading of partitions begins that are assigned.</summary>
    /// <exception cref="ClusterException">One has no place, and <c>auto.offset.reset</c> is <c>error</c>.</exception>
    public IReadOnlyList<StartPosition> Find(IReadOnlyList<SourcePartition> partitions)
    {
        _before.UnionWith(_ours);
        AddSeen(Now - OneAssignment);
        IReadOnlyList<StartPosition> found = FindNow(partitions, time.GetTimestamp());
        // Their positions are committed at once, so whatever of these topics is assigned later without one is new. One whose commit fails
        // for as long as it is assigned keeps the place that was found.
        _ours.UnionWith(found.Where(start => start.Offset is not null).Select(start => start.Partition.Topic));
        return found;
    }

    /// <summary>Finds where reading of partitions goes on that the client has no place for: it was told of none, or of one that lies
    /// outside the log.</summary>
    /// <exception cref="ClusterException">One has no place, and <c>auto.offset.reset</c> is <c>error</c>.</exception>
    public IReadOnlyList<StartPosition> FindAgain(IReadOnlyList<SourcePartition> partitions)
    {
        long began = time.GetTimestamp();
        HashSet<SourcePartition> placed = [.. partitions.Where(_placed.ContainsKey)];
        IReadOnlyList<StartPosition> found = FindNow(partitions, began);
        HashSet<SourcePartition> known = [.. found.Where(start => start.IsCommitted || placed.Contains(start.Partition))
            .Where(start => start.Offset is not null).Select(start => start.Partition)];
        if (known.Count == 0) return found;
        IReadOnlyDictionary<SourcePartition, long> starts, ends;
        try
        {
            (starts, ends) = (queries.LogStarts([.. known], Left(began)), queries.Readable([.. known], Left(began)));
        }
        catch (KafkaException e)
        {
            (starts, ends) = (new Dictionary<SourcePartition, long>(), new Dictionary<SourcePartition, long>());
            Tell(known, "where partitions begin and end", e.Error);
        }

        return [.. found.Select(start => !known.Contains(start.Partition) ? start
            : starts.TryGetValue(start.Partition, out long first) && ends.TryGetValue(start.Partition, out long end)
                ? Inside(start, first, end) : new StartPosition(start.Partition, null, false))];
    }

    private IReadOnlyList<StartPosition> FindNow(IReadOnlyList<SourcePartition> partitions, long began)
    {
        string waitsFor = $"what group {kafka.GroupId} has committed";
        Dictionary<SourcePartition, StartPosition> found = partitions.ToDictionary(p => p, p => new StartPosition(p, null, false));
        try
        {
            foreach ((SourcePartition partition, TopicPartitionOffset offset) in queries.Committed(partitions, Left(began)))
                found[partition] = new StartPosition(partition, offset, IsCommitted: true);
            foreach (SourcePartition partition in partitions.Where(p => found[p].Offset is null && _placed.ContainsKey(p)))
                found[partition] = At(partition, _placed[partition]);
            ILookup<bool, SourcePartition> fromBeginning =
                partitions.Where(p => found[p].Offset is null).ToLookup(IsFromBeginning);
            waitsFor = "where partitions begin and end";
            if (fromBeginning.Contains(true)) Note(queries.LogStarts([.. fromBeginning[true]], Left(began)));
            if (fromBeginning.Contains(false)) Note(queries.Readable([.. fromBeginning[false]], Left(began)));
            if (found.Values.All(start => start.Offset is not null)) _unknown.TryEnd(out _); // event 217 or 102 names them
        }
        catch (KafkaException e)
        {
            Tell(found.Values.Where(start => start.Offset is null).Select(start => start.Partition), waitsFor, e.Error);
        }

        foreach (StartPosition start in found.Values) Remember(start);
        return [.. partitions.Select(p => found[p])];

        void Note(IReadOnlyDictionary<SourcePartition, long> offsets)
        {
            foreach ((SourcePartition partition, long next) in offsets) found[partition] = At(partition, next);
        }
    }

    // One whose place is not told is asked for again after its neighbours have been committed, and perhaps under a further assignment: that
    // makes it no newer than it was.
    private void Remember(StartPosition start)
    {
        if (start.Offset is not { } place)
        {
            _open[start.Partition] = (IsNew(start.Partition), Now);
            return;
        }

        _open.Remove(start.Partition);
        if (start.IsCommitted) _placed.Remove(start.Partition);
        else _placed[start.Partition] = place.Offset.Value;
    }

    private bool IsNew(SourcePartition partition) =>
        _open.TryGetValue(partition, out (bool IsNew, TimeSpan At) open) && open.At >= Now - OneAssignment
            ? open.IsNew : _before.Contains(partition.Topic);

    private StartPosition Inside(StartPosition start, long first, long end)
    {
        long committed = start.Offset!.Offset.Value;
        // Without the leader epoch: by that the client may have found that the log was cut, and would again.
        if (committed >= first && committed <= end)
            return start with { Offset = new TopicPartitionOffset(start.Partition.Topic, start.Partition.Partition, committed) };
        if (_reset == OffsetReset.Error)
            throw new ClusterException($"The committed offset {committed} of {start.Partition} lies outside its log, {first} to {end}, and "
                + $"auto.offset.reset is 'error'. Move the offset of group '{kafka.GroupId}' (kafka-consumer-groups --reset-offsets), or "
                + "set auto.offset.reset to earliest or latest.");
        StartPosition moved = At(start.Partition, _reset == OffsetReset.Earliest ? first : end);
        Remember(moved);
        return moved;
    }

    private bool IsFromBeginning(SourcePartition partition)
    {
        if (_reset == OffsetReset.Earliest || IsNew(partition)) return true;
        if (_reset == OffsetReset.Latest) return false;
        throw new ClusterException($"Group '{kafka.GroupId}' has no committed offset of {partition}, nor of any partition of its topic, "
            + "and auto.offset.reset is 'error'. Commit one (kafka-consumer-groups --reset-offsets), or set auto.offset.reset to earliest "
            + "or latest.");
    }

    private void AddSeen(TimeSpan until)
    {
        lock (_lock) _before.UnionWith(_seen.Where(topic => topic.Value <= until).Select(topic => topic.Key));
    }

    private static StartPosition At(SourcePartition partition, long next) =>
        new(partition, new TopicPartitionOffset(partition.Topic, partition.Partition, next), IsCommitted: false);

    private TimeSpan Now => time.GetElapsedTime(0);

    private TimeSpan Left(long began)
    {
        TimeSpan left = Bound - time.GetElapsedTime(began);
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private void Tell(IEnumerable<SourcePartition> open, string waitsFor, Error error)
    {
        if (!_unknown.ShouldLog(out long suppressed)) return;
        Log.PositionsUnknown(logger, string.Join(' ', open), waitsFor, (int)Bound.TotalSeconds, ClientLog.Clean(error, redaction).Reason,
            suppressed);
    }
}
