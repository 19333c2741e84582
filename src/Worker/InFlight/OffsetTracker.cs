namespace Sluice.Worker.InFlight;

/// <summary>Turns completions, which come in any order, into the offset of each partition up to which everything is done.</summary>
/// <remarks>
/// <para>The life of a partition: <see cref="Open"/> when it is assigned, <see cref="Begin"/> for each record read, <see cref="Complete"/>
/// when the label (or the dead-letter record) of a record was delivered, <see cref="Close"/> when it is taken away. Closing ends an epoch:
/// what is still in flight completes into nothing.</para>
/// <para>Thread-safe. One lock, held for O(log n) work on memory; completions come from the producer's thread, everything else from the
/// consumer's.</para>
/// </remarks>
internal sealed class OffsetTracker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SourcePartition, Assignment> _assignments = [];
    private int _lastEpoch;
    private int _inFlight; // the sum of the windows' counts: asked before each record is read
    private long _settled; // the sum of what the windows have passed and no commit covers

    /// <summary>Records that the watermarks have passed and no commit covers yet.</summary>
    public long Settled
    {
        get { lock (_lock) return _settled; }
    }

    /// <summary>
    /// Records that a crash now would cause to be read again: those in flight under an epoch that still stands, and <see cref="Settled"/>.
    /// </summary>
    public long Uncommitted
    {
        get { lock (_lock) return _inFlight + _settled; }
    }

    /// <summary>
    /// Begins an epoch of a partition that was assigned. An epoch that still stood is ended without its watermark, as for a partition that
    /// was lost.
    /// </summary>
    public void Open(SourcePartition partition)
    {
        lock (_lock)
        {
            Forget_NeedsLock(partition);
            _assignments[partition] = new Assignment(++_lastEpoch);
        }
    }

    /// <summary>Takes in a record that was read, and says under which epoch.</summary>
    /// <remarks>
    /// An offset that is not above the partition's last one means that the log was cut or made anew and reading began at an older place: a
    /// new epoch begins, so that nothing of the old log can complete a record of the new one. A record of a partition that was never opened
    /// opens it.
    /// </remarks>
    public SourceOffset Begin(SourcePartition partition, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        lock (_lock)
        {
            if (!_assignments.TryGetValue(partition, out Assignment? assignment) || !assignment.TryBegin(offset))
            {
                Forget_NeedsLock(partition);
                assignment = new Assignment(++_lastEpoch);
                assignment.TryBegin(offset);
                _assignments[partition] = assignment;
            }

            _inFlight++;

            return new SourceOffset(partition, assignment.Epoch, offset);
        }
    }

    /// <summary>
    /// Everything of a partition below <paramref name="next"/> was begun or holds no record: the watermark may pass it once all begun
    /// before it are done. Without effect on a partition that is not open, behind what was begun, and before the epoch's first record:
    /// until then a client may still tell the position of an earlier assignment, whose records were not all done.
    /// </summary>
    public void Advance(SourcePartition partition, long next)
    {
        lock (_lock)
        {
            if (_assignments.TryGetValue(partition, out Assignment? assignment) && assignment.Window.Watermark >= 0)
                assignment.Window.Advance(next);
        }
    }

    /// <summary>True while the epoch under which a record was read still stands. Work on any other record is wasted.</summary>
    public bool IsCurrent(SourceOffset source)
    {
        lock (_lock) return _assignments.TryGetValue(source.Partition, out Assignment? assignment) && assignment.Epoch == source.Epoch;
    }

    /// <summary>Marks a record as done. False, and without effect, when its epoch has ended or it is done already.</summary>
    public bool Complete(SourceOffset source)
    {
        lock (_lock)
        {
            if (!_assignments.TryGetValue(source.Partition, out Assignment? assignment) || assignment.Epoch != source.Epoch) return false;
            int before = assignment.Window.Count;
            bool completed = assignment.Window.TryComplete(source.Offset);
            int passed = before - assignment.Window.Count;
            (_inFlight, _settled) = (_inFlight - passed, _settled + passed);
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

    private Assignment? Forget_NeedsLock(SourcePartition partition)
    {
        if (!_assignments.Remove(partition, out Assignment? assignment)) return null;
        _inFlight -= assignment.Window.Count;
        _settled -= assignment.Settled;
        return assignment;
    }

    private sealed class Assignment(int epoch)
    {
        private long _committed;
        private long _recordsCommitted;

        public int Epoch => epoch;
        public OffsetWindow Window { get; } = new();
        public long Settled => Window.Passed - _recordsCommitted;

        public bool TryBegin(long offset)
        {
            bool first = Window.Watermark < 0;
            if (!Window.TryBegin(offset)) return false;
            // Reading starts at the committed offset, or where a reset policy pointed: before the first record there is nothing of ours to
            // commit.
            if (first) _committed = offset;
            return true;
        }

        public PartitionWatermark? Uncommitted(SourcePartition partition) =>
            Window.Watermark > _committed ? new PartitionWatermark(partition, epoch, Window.Watermark, Settled) : null;

        public long MarkCommitted(PartitionWatermark watermark)
        {
            if (watermark.Next <= _committed) return 0;
            _committed = watermark.Next;
            _recordsCommitted += watermark.Records;
            return watermark.Records;
        }
    }
}
