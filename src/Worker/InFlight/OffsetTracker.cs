namespace Sluice.Worker.InFlight;

/// <summary>Turns completions, which come in any order, into the offset of each partition up to which everything is done.</summary>
/// <remarks>
/// <para>The life of a partition: <see cref="Open"/> when it is assigned, <see cref="Begin"/> for each record read, <see cref="Complete"/>
/// when the label (or the dead-letter record) of a record was delivered, <see cref="Close"/> when it is taken away. Closing ends an epoch:
/// what is still in flight completes into nothing.</para>
/// <para>Thread-safe. One lock, held for O(log n) work on memory; completions come from the producer's thread, everything else from the
/// consumer's.</para>
/// </remarks>
/// <param name="replayWindow">As <see cref="InFlightLimits.ReplayWindow"/>.</param>
/// <param name="time">Of commits, by which windows grow.</param>
internal sealed class OffsetTracker(int? replayWindow, TimeProvider time)
{
    private const int Unbounded = int.MaxValue;

    private readonly Lock _lock = new();
    private readonly Dictionary<SourcePartition, Assignment> _assignments = [];
    private int _lastEpoch;
    private int _inFlight; // the sum of the windows' counts: asked before each record is read
    private bool _presses;
    private long _settled; // the sum of what the windows have passed and no commit covers

    /// <summary>Records that the watermarks have passed and no commit covers yet.</summary>
    public long Settled => Interlocked.Read(ref _settled); // asked before each record is read: without the lock

    /// <summary>
    /// Records that a crash now would cause to be read again: those in flight under an epoch that still stands, and <see cref="Settled"/>.
    /// </summary>
    /// <remarks>While a completion is counted by another thread it may be in neither count for a moment.</remarks>
    public long Uncommitted => Volatile.Read(ref _inFlight) + Interlocked.Read(ref _settled);

    /// <summary>Half of some partition's window is done and not committed: a commit lets what lies beyond it go on.</summary>
    public bool CommitPresses => Volatile.Read(ref _presses);

    /// <summary>
    /// Begins an epoch of a partition that was assigned. An epoch that still stood is ended without its watermark, as for a partition that
    /// was lost. Its place is the first watermark: to be committed unless the group has it.
    /// </summary>
    public void Open(AssignedPartition assigned)
    {
        lock (_lock)
        {
            Forget_NeedsLock(assigned.Partition);
            _assignments[assigned.Partition] = NewAssignment(assigned.Next ?? -1, assigned.IsCommitted);
        }
    }

    /// <summary>Takes in a record that was read, and says under which epoch.</summary>
    /// <remarks>
    /// An offset below the partition's place means that the log was cut or made anew and reading began at an older one: a new epoch begins,
    /// so that nothing of the old log can complete a record of the new one. A record of a partition that was never opened opens it. Where
    /// an epoch's place was not known, its first record is it: nothing before it is left to read.
    /// </remarks>
    public SourceOffset Begin(SourcePartition partition, long offset, DateTimeOffset? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        long ticks = time?.UtcTicks ?? OffsetWindow.NoTime;
        lock (_lock)
        {
            if (!_assignments.TryGetValue(partition, out Assignment? assignment) || !assignment.Window.TryBegin(offset, ticks))
            {
                Forget_NeedsLock(partition);
                assignment = NewAssignment();
                assignment.Window.TryBegin(offset, ticks);
                _assignments[partition] = assignment;
            }

            _inFlight++;

            return new SourceOffset(partition, assignment.Epoch, offset);
        }
    }

    /// <summary>
    /// Everything of a partition below <paramref name="next"/> was begun under this epoch or holds no record: the watermark may pass it
    /// once all begun before it are done. Where the epoch's place was not known, this is it. Without effect on a partition that is not
    /// open, and behind what was begun.
    /// </summary>
    /// <remarks>The caller must know it of this epoch: a client that remembers the place of an earlier assignment, whose records were not
    /// all done, must not be believed.</remarks>
    public void Advance(SourcePartition partition, long next)
    {
        lock (_lock)
        {
            if (_assignments.TryGetValue(partition, out Assignment? assignment)) assignment.Window.Advance(next);
        }
    }

    /// <summary>One more record, or one less, waits for something that is not here.</summary>
    public void AddWaiting(SourceOffset source, int count)
    {
        lock (_lock)
        {
            if (_assignments.TryGetValue(source.Partition, out Assignment? assignment) && assignment.Epoch == source.Epoch)
                assignment.Waiting += count;
        }
    }

    /// <summary>How many more records of a partition may be worked on beyond its committed offset; below 0 when too many are.</summary>
    /// <remarks>While one waits for something that is not here, nobody knows how long, there is no bound: it must not hold up the others.
    /// </remarks>
    /// <param name="partition">Without a bound where it is not open.</param>
    /// <param name="keptBack">Records that were begun, and are not worked on.</param>
    public long WindowRoom(SourcePartition partition, int keptBack)
    {
        lock (_lock)
        {
            return _assignments.TryGetValue(partition, out Assignment? assignment) ? assignment.WindowRoom(keptBack) : Unbounded;
        }
    }

    /// <summary>True while the epoch under which a record was read still stands, and it does not lie behind its partition's front
    /// (<see cref="Freeze"/>). Work on any other record is wasted.</summary>
    public bool IsCurrent(SourceOffset source)
    {
        lock (_lock) return Current_NeedsLock(source) is not null;
    }

    /// <summary>A record is about to get its label, or what else is made of it: it is not handed back any more. False when it is to be
    /// dropped, as <see cref="IsCurrent(SourceOffset)"/> says.</summary>
    public bool TryTake(SourceOffset source)
    {
        lock (_lock)
        {
            if (Current_NeedsLock(source) is not { } assignment) return false;
            assignment.Front = Math.Max(assignment.Front, source.Offset);
            return true;
        }
    }

    /// <summary>From now on nothing is taken behind the last record that was taken, of these partitions or of all: what lies before it is
    /// finished, and the rest is handed back without a label.</summary>
    public void Freeze(IReadOnlyList<SourcePartition>? partitions = null)
    {
        lock (_lock)
        {
            foreach (SourcePartition partition in partitions ?? [.. _assignments.Keys])
                if (_assignments.TryGetValue(partition, out Assignment? assignment)) assignment.IsFrozen = true;
        }
    }

    /// <summary>Whether everything up to the last record that was taken is done, of each of these partitions that is open.</summary>
    public bool AreFrontsDone(IReadOnlyList<SourcePartition> partitions)
    {
        lock (_lock)
        {
            return partitions.All(partition => !_assignments.TryGetValue(partition, out Assignment? assignment)
                || assignment.Front < 0 || assignment.Window.Watermark > assignment.Front);
        }
    }

    /// <summary>True while an epoch still stands.</summary>
    public bool IsCurrent(SourcePartition partition, int epoch)
    {
        lock (_lock) return _assignments.TryGetValue(partition, out Assignment? assignment) && assignment.Epoch == epoch;
    }

    /// <summary>Marks a record as done. False, and without effect, when its epoch has ended or it is done already.</summary>
    /// <param name="source">Which.</param>
    /// <param name="isDocument">Whether the model had it to label: it was no tombstone, and was not rejected.</param>
    public bool Complete(SourceOffset source, bool isDocument = true)
    {
        lock (_lock)
        {
            if (!_assignments.TryGetValue(source.Partition, out Assignment? assignment) || assignment.Epoch != source.Epoch) return false;
            int before = assignment.Window.Count;
            bool completed = assignment.Window.TryComplete(source.Offset);
            int passed = before - assignment.Window.Count;
            (_inFlight, _settled) = (_inFlight - passed, _settled + passed);
            if (completed && isDocument) assignment.Documents++;
            _presses |= assignment.Presses;
            return completed;
        }
    }

    /// <summary>
    /// Adds to <paramref name="watermarks"/> the partitions whose watermark has moved since the last <see cref="MarkCommitted"/>.
    /// </summary>
    public void AddUncommitted(ICollection<PartitionWatermark> watermarks)
    {
        lock (_lock)
        {
            foreach ((SourcePartition partition, Assignment assignment) in _assignments)
                if (assignment.Uncommitted(partition) is { } watermark) watermarks.Add(watermark);
        }
    }

    /// <summary>The first offset that is not done, of each partition that is open; -1 before the first record of an epoch.</summary>
    public IReadOnlyDictionary<SourcePartition, long> Watermarks()
    {
        lock (_lock) return _assignments.ToDictionary(assigned => assigned.Key, assigned => assigned.Value.Window.Watermark);
    }

    /// <summary>Notes that a watermark was committed. Without effect when its epoch has ended.</summary>
    public void MarkCommitted(PartitionWatermark watermark)
    {
        lock (_lock)
        {
            if (_assignments.TryGetValue(watermark.Partition, out Assignment? assignment) && assignment.Epoch == watermark.Epoch)
                _settled -= assignment.MarkCommitted(watermark);
            _presses = _assignments.Values.Any(open => open.Presses);
        }
    }

    /// <summary>
    /// Notes that the group cannot take a watermark since its topic is gone: its records count as settled no longer, for they would hold
    /// back the reading of all others. The watermark is offered again. Without effect when its epoch has ended.
    /// </summary>
    public void MarkRefused(PartitionWatermark watermark)
    {
        lock (_lock)
        {
            if (_assignments.TryGetValue(watermark.Partition, out Assignment? assignment) && assignment.Epoch == watermark.Epoch)
                _settled -= assignment.Release(watermark.Records);
            _presses = _assignments.Values.Any(open => open.Presses);
        }
    }

    /// <summary>Adds how far each open partition has come.</summary>
    public void AddStandings(ICollection<PartitionStanding> standings)
    {
        lock (_lock)
        {
            foreach ((SourcePartition partition, Assignment assignment) in _assignments) standings.Add(assignment.Standing(partition));
        }
    }

    /// <summary>
    /// Ends the epoch of a partition that is taken away, and returns its watermark when it still has to be committed. A lost partition's
    /// watermark must not be.
    /// </summary>
    public PartitionWatermark? Close(SourcePartition partition)
    {
        lock (_lock) return Forget_NeedsLock(partition)?.Uncommitted(partition);
    }

    private Assignment NewAssignment(long next = -1, bool isCommitted = false) =>
        new(++_lastEpoch, next, isCommitted, replayWindow is { } limit ? new ReplayPace(limit, time) : null);

    private Assignment? Current_NeedsLock(SourceOffset source) =>
        _assignments.TryGetValue(source.Partition, out Assignment? assignment) && assignment.Epoch == source.Epoch
            && !(assignment.IsFrozen && source.Offset > assignment.Front) ? assignment : null;

    private Assignment? Forget_NeedsLock(SourcePartition partition)
    {
        if (!_assignments.Remove(partition, out Assignment? assignment)) return null;
        _inFlight -= assignment.Window.Count;
        _settled -= assignment.Settled;
        _presses = _assignments.Values.Any(open => open.Presses);
        return assignment;
    }

    private sealed class Assignment(int epoch, long next, bool isCommitted, ReplayPace? pace)
    {
        private long _committed = isCommitted ? next : -1; // -1: not known, so the first place that is known is to be committed
        private long _recordsCommitted;

        public int Epoch => epoch;
        public OffsetWindow Window { get; } = new(next);
        public long Settled => Window.Passed - _recordsCommitted;
        public long Documents { get; set; } // that are done
        public long Front { get; set; } = -1; // the last offset of which something is made
        public bool IsFrozen { get; set; }
        public int Waiting { get; set; }
        public bool Presses => pace is not null && Settled >= pace.Window / 2;

        public PartitionWatermark? Uncommitted(SourcePartition partition) =>
            Window.Watermark > _committed ? new PartitionWatermark(partition, epoch, Window.Watermark, Settled) : null;

        public long MarkCommitted(PartitionWatermark watermark)
        {
            if (watermark.Next <= _committed) return 0;
            _committed = watermark.Next;
            pace?.Committed(watermark.Records);
            return Release(watermark.Records);
        }

        public long Release(long records)
        {
            _recordsCommitted += records;
            return records;
        }

        public long WindowRoom(int keptBack) =>
            pace is null || Waiting > 0 ? Unbounded : pace.Window - (Window.Begun - keptBack - _recordsCommitted);

        public PartitionStanding Standing(SourcePartition partition) => new(partition, epoch, Window.Next < 0 ? null : Window.Next,
            Window.Unfinished, _committed < 0 ? null : _committed, TimeOf(Window.OldestTime), TimeOf(Window.LastTime),
            new ReadCounts(Window.Offsets, Window.Begun, Window.Begun - Window.Unfinished, Documents));

        private static DateTimeOffset? TimeOf(long ticks) =>
            ticks == OffsetWindow.NoTime ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
