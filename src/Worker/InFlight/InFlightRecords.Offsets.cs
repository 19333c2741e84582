namespace Sluice.Worker.InFlight;

/// <summary>The part that keeps account of offsets: how far each partition is done, and what of it may still be worked on.</summary>
internal sealed partial class InFlightRecords
{
    private static readonly TimeSpan FrontWait = TimeSpan.FromMilliseconds(10);

    /// <summary>Records that the watermarks have passed and no commit covers yet.</summary>
    public long Settled => _offsets.Settled;

    /// <summary>Records that a crash now would cause to be read again.</summary>
    public long Uncommitted => _offsets.Uncommitted;

    /// <summary>Half of what a partition may have done beyond its committed offset is: a commit lets more go on.</summary>
    public bool CommitPresses => _offsets.CommitPresses;

    /// <summary>Begins an epoch of a partition that was assigned; its place is to be committed unless the group has it.</summary>
    public void Open(AssignedPartition assigned) => _offsets.Open(assigned);

    /// <summary>Adds how far each open partition has come.</summary>
    public void AddStandings(ICollection<PartitionStanding> standings) => _offsets.AddStandings(standings);

    /// <summary>
    /// Ends the epoch of a partition that is taken away, and returns its watermark when it still has to be committed. A lost partition's
    /// watermark must not be. What is in flight of it finishes into nothing but its room and its place in the order of its key.
    /// </summary>
    public PartitionWatermark? Close(SourcePartition partition)
    {
        PartitionWatermark? watermark = _offsets.Close(partition);
        Release(partition); // to be dropped
        return watermark;
    }

    /// <summary>
    /// Everything of a partition below <paramref name="next"/> was read under its epoch or holds no record (markers of transactions,
    /// aborted data): the watermark passes it too once all records before it are finished. Without effect on a partition that is not open,
    /// or that was read further already.
    /// </summary>
    public void Advance(SourcePartition partition, long next) => _offsets.Advance(partition, next);

    /// <summary>True while the epoch under which a record was read still stands. Work on any other record is wasted.</summary>
    public bool IsCurrent(Envelope envelope) => _offsets.IsCurrent(envelope.Source);

    /// <summary>True while the epoch of a watermark still stands.</summary>
    public bool IsCurrent(PartitionWatermark watermark) => _offsets.IsCurrent(watermark.Partition, watermark.Epoch);

    /// <summary>A record is about to get its label, or what else is made of it. False when it is to be dropped instead: its partition was
    /// taken away, or it is handed back.</summary>
    public bool TryTake(Envelope envelope) => _offsets.TryTake(envelope.Source);

    /// <summary>Of these partitions nothing is taken any more behind what was taken last, and this waits until everything before that is
    /// done, but not longer than <paramref name="bound"/>: what is done behind a record that is not is done again by the next owner.
    /// </summary>
    public void FinishFronts(IReadOnlyList<SourcePartition> partitions, TimeSpan bound)
    {
        long began = time.GetTimestamp();
        _offsets.Freeze(partitions);
        while (!_offsets.AreFrontsDone(partitions) && time.GetElapsedTime(began) < bound) _room.WaitForChange(FrontWait);
    }

    /// <summary>Nothing is taken any more behind what was taken last: what lies before it is finished, the rest is handed back.</summary>
    public void HandBack()
    {
        _offsets.Freeze();
        foreach (SourceRecord record in _queue.TakeBeyond()) Finish(record.Envelope, RecordOutcome.Dropped);
    }

    /// <summary>
    /// Adds to <paramref name="watermarks"/> the partitions whose watermark has moved since the last <see cref="MarkCommitted"/>.
    /// </summary>
    public void AddUncommitted(ICollection<PartitionWatermark> watermarks) => _offsets.AddUncommitted(watermarks);

    /// <summary>How far everything is finished, of each partition that is open: it moves when a record is finished that none before it
    /// holds back.</summary>
    public IReadOnlyDictionary<SourcePartition, long> Watermarks() => _offsets.Watermarks();

    /// <summary>Notes that a watermark was committed; of an ended epoch it only counts.</summary>
    public void MarkCommitted(PartitionWatermark watermark)
    {
        _offsets.MarkCommitted(watermark);
        Release(watermark.Partition);
        Interlocked.Add(ref _committed, watermark.Records);
    }

    /// <summary>Notes that the group cannot take a watermark since its topic is gone: it is offered again, and holds nothing back until
    /// then.</summary>
    public void MarkRefused(PartitionWatermark watermark) => _offsets.MarkRefused(watermark);

    private void Release(SourcePartition partition) => _queue.Release(partition, keptBack => _offsets.WindowRoom(partition, keptBack),
        record => ((Entry)record.Envelope).Stage = Stage.Queued);
}
