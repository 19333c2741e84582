using System.Diagnostics;
using System.Threading.Channels;

namespace Sluice.Worker.InFlight;

/// <summary>The one owner of what is in flight: of each record's offset, its room, and its place in the order of its key.</summary>
/// <remarks>
/// <para>A record enters once (<see cref="Enter"/>), is tokenized at most once (<see cref="Tokenized"/>), and finishes once
/// (<see cref="Finish"/>). Offsets, room, key order and counts follow from these three.</para>
/// <para>Thread-safe. Records enter on the reading thread; they finish on any, also on the producer's, where a finish takes short locks,
/// allocates nothing (but to grow) and waits for nothing.</para>
/// </remarks>
internal sealed partial class InFlightRecords(InFlightLimits limits, TimeProvider time)
{
    private static readonly TimeSpan FullQueueWait = TimeSpan.FromMilliseconds(100);

    private readonly OffsetTracker _offsets = new(limits.ReplayWindow, time);
    private readonly Admission _room = new(limits);
    private readonly RecordQueue _queue = new(limits);
    private readonly Func<int, long> _copiesOf = limits.CopiesOf ?? (_ => 0);
    private readonly long[] _finished = new long[Enum.GetValues<RecordOutcome>().Length];
    private long _entered, _committed, _parked;

    /// <summary>How far a record has come.</summary>
    private enum Stage
    {
        Entered,
        Queued,
        Parked,
        Tokenized,
        Apart,
        Ready,
        Finished,
    }

    /// <summary>Most tokens that a record can have; set once, when the model is known and before the first record.</summary>
    public int MaxTokensPerDocument { set => _room.MaxTokensPerDocument = value; }

    /// <summary>Records in flight.</summary>
    public long Documents => _room.Documents;

    /// <summary>Of them, those that no decode worker has taken yet.</summary>
    public int Queued => _queue.Count;

    /// <summary>Records that wait for something that is not here, and those that wait for them since they have the same key.</summary>
    public long Awaiting => Interlocked.Read(ref _parked) + _queue.KeptBack;

    /// <summary>Tokens in flight; before a record is tokenized, the most that it can have.</summary>
    public long Tokens => _room.Tokens;

    /// <summary>Bytes of values that are not tokenized yet, with room for copies of their fields; of what was copied of others; and of
    /// keys and headers.</summary>
    public long Bytes => _room.Bytes;

    /// <summary>One more record may be read.</summary>
    public bool HasRoom => _room.HasRoom;

    /// <summary>Half of each bound is free again: paused reading should go on.</summary>
    public bool HasRoomToResume => _room.HasRoomToResume;

    /// <summary>What has happened so far. Each count is exact; together they may be some records apart.</summary>
    public InFlightCounts Counts => new(Interlocked.Read(ref _entered), Finished(RecordOutcome.Labelled), Finished(RecordOutcome.Rejected),
        Finished(RecordOutcome.Tombstone), Finished(RecordOutcome.Dropped), Interlocked.Read(ref _committed),
        Finished(RecordOutcome.PassedOver));

    /// <summary>
    /// Takes in a record that was read; it goes on to <see cref="ToDecode"/>, with key order when its turn comes. On the reading thread,
    /// while <see cref="HasRoom"/>.
    /// </summary>
    /// <returns>False when no more are taken (<see cref="Complete"/>): it was dropped.</returns>
    /// <remarks>The queue holds as many as there is room for; only records of partitions that were assigned during a pause can find it
    /// full, and wait here.</remarks>
    public bool Enter(InboundRecord record)
    {
        SourceOffset source = _offsets.Begin(record.Partition, record.Offset, record.Timestamp);
        int valueBytes = record.Value?.Length ?? 0;
        long copies = record.Value is null ? 0 : _copiesOf(valueBytes);
        Entry entry = new(source, record, valueBytes, copies, _room.Enter(valueBytes, record.RetainedBytes + copies))
        {
            IsAppendTime = record.IsAppendTime,
        };
        Interlocked.Increment(ref _entered);
        if (_queue.TryKeep(new SourceRecord(entry, record.Value), _offsets.WindowRoom(source.Partition, 0) < 0))
        {
            Release(source.Partition); // the window may have grown in between
            return true;
        }

        entry.Stage = Stage.Queued; // before others see it
        while (!_queue.TryAdd(new SourceRecord(entry, record.Value)))
        {
            if (_queue.IsCompleted)
            {
                entry.Stage = Stage.Entered;
                Finish(entry, RecordOutcome.Dropped);
                return false;
            }

            _room.WaitForRoom(FullQueueWait);
        }

        return true;
    }

    /// <summary>The records to decode; complete when no more will come.</summary>
    public ChannelReader<SourceRecord> ToDecode => _queue.Records;

    /// <summary>Records that lie too far beyond their partition's committed offset to be worked on yet.</summary>
    public int Beyond => _queue.Beyond;

    /// <summary>A record was tokenized: the bytes of its value are free, and so are the tokens that it turned out not to have.</summary>
    /// <param name="envelope">A record that is decoded.</param>
    /// <param name="tokens">Its tokens, at most what was reserved for it.</param>
    /// <param name="copiedBytes">What was copied of its value and stays until it leaves.</param>
    /// <exception cref="UnreachableException">It was tokenized before, or is finished.</exception>
    public void Tokenized(Envelope envelope, int tokens, int copiedBytes = 0)
    {
        Entry entry = (Entry)envelope;
        if (Interlocked.CompareExchange(ref entry.Stage, Stage.Tokenized, Stage.Queued) is var stage and not Stage.Queued)
            throw new UnreachableException($"Record {entry.Source} is {stage} and cannot be tokenized. This is a bug.");
        _room.Tokenized(entry.ValueBytes + entry.Copies - copiedBytes, entry.Tokens, tokens);
        (entry.ValueBytes, entry.Copies, entry.Tokens) = (copiedBytes, 0, tokens);
    }

    /// <summary>A record has to wait, nobody knows for how long: the tokens reserved for it are free until it goes on. It keeps its bytes,
    /// and its place in the order of its key.</summary>
    /// <param name="envelope">A record that was taken from <see cref="ToDecode"/>.</param>
    /// <exception cref="UnreachableException">It is no longer there to be read, or waits already.</exception>
    public void Park(Envelope envelope)
    {
        Entry entry = (Entry)envelope;
        if (Interlocked.CompareExchange(ref entry.Stage, Stage.Parked, Stage.Queued) is var stage and not Stage.Queued)
            throw new UnreachableException($"Record {entry.Source} is {stage} and cannot be parked. This is a bug.");
        int tokens = entry.Tokens;
        entry.Tokens = 0;
        Interlocked.Increment(ref _parked);
        Waits(entry);
        _room.Tokenized(0, tokens, 0);
    }

    /// <summary>A record that was parked goes on. Where it may be labelled, that is when there is room for its tokens again.</summary>
    /// <param name="envelope">Parked, and of one caller at a time.</param>
    /// <param name="takesTokens">Whether it needs any.</param>
    /// <param name="stop">Ends the waiting: it stays parked.</param>
    public async Task UnparkAsync(Envelope envelope, bool takesTokens, CancellationToken stop)
    {
        Entry entry = (Entry)envelope;
        if (takesTokens) (entry.Tokens, entry.IsReadmitted) = (await _room.ReadmitAsync(entry.ValueBytes, stop), true);
        if (Interlocked.CompareExchange(ref entry.Stage, Stage.Queued, Stage.Parked) is var stage and not Stage.Parked)
            throw new UnreachableException($"Record {entry.Source} is {stage} and cannot go on. This is a bug.");
        Interlocked.Decrement(ref _parked);
        _offsets.AddWaiting(entry.Source, -1);
    }

    /// <summary>A record that will not be labelled stays in flight, and nobody knows for how long: the tokens and the copies reserved for
    /// it are free, and where key order is kept, the next of its key need not wait for it. The bytes of its value stay.</summary>
    /// <param name="envelope">A record that was taken from <see cref="ToDecode"/>.</param>
    /// <exception cref="UnreachableException">It was set apart before, or is finished.</exception>
    public void SetApart(Envelope envelope)
    {
        Entry entry = (Entry)envelope;
        if (Interlocked.Exchange(ref entry.Stage, Stage.Apart) is var before and not (Stage.Queued or Stage.Tokenized))
            throw new UnreachableException($"Record {entry.Source} is {before} and cannot be set apart. This is a bug.");
        _room.Tokenized(entry.Copies, entry.Tokens, 0);
        (entry.Copies, entry.Tokens) = (0, 0);
        LeaveReadmitted(entry);
        _queue.Left(entry.Key);
        Waits(entry);
    }

    /// <summary>What is made of a record is ready to go into a transaction: its offset is done, and the transaction that holds the one
    /// commits the other. It stays in flight until then; the next of its key goes on, for it goes in a later transaction or behind it.
    /// </summary>
    /// <param name="envelope">A record of a current epoch, by the caller's lock of what is taken away.</param>
    /// <param name="outcome">What it will be.</param>
    /// <exception cref="UnreachableException">It was ready before, or is finished.</exception>
    public void Ready(Envelope envelope, RecordOutcome outcome)
    {
        Entry entry = (Entry)envelope;
        Stage before = Interlocked.Exchange(ref entry.Stage, Stage.Ready);
        if (before is Stage.Ready or Stage.Finished)
            throw new UnreachableException($"Record {entry.Source} is {before} and cannot be ready. This is a bug.");
        _offsets.Complete(entry.Source, outcome == RecordOutcome.Labelled);
        _room.Tokenized(0, entry.Tokens, 0); // its ids are gone, and a transaction is to hold as many as there is room for
        entry.Tokens = 0;
        if (before == Stage.Apart) _offsets.AddWaiting(entry.Source, -1);
        if (before is Stage.Queued or Stage.Tokenized) _queue.Left(entry.Key);
        if (_offsets.Settled >= limits.MaxDocuments / 2) _room.Wake(); // only a commit makes room
    }

    /// <summary>A record is done with: its room is free, the next of its key goes on, and its offset is done unless it was dropped. Behind
    /// one that is dropped after <see cref="Complete"/> those of its key are dropped with it: none may be sent before it.</summary>
    /// <remarks>A record of an ended epoch completes no offset: another owner reads it again.</remarks>
    /// <exception cref="UnreachableException">It is finished already.</exception>
    public void Finish(Envelope envelope, RecordOutcome outcome)
    {
        for (Envelope? next = envelope; next is not null;) next = FinishOne((Entry)next, outcome);
    }

    // Returns the next of its key where that one must be dropped with it.
    private Envelope? FinishOne(Entry entry, RecordOutcome outcome)
    {
        Stage before = Interlocked.Exchange(ref entry.Stage, Stage.Finished);
        if (before == Stage.Finished)
            throw new UnreachableException($"Record {entry.Source} is finished already and cannot be {outcome}. This is a bug.");
        if (outcome != RecordOutcome.Dropped && before != Stage.Ready) _offsets.Complete(entry.Source, outcome == RecordOutcome.Labelled);
        Interlocked.Increment(ref _finished[(int)outcome]); // before its room is free: who waits for the last record finds it counted
        if (before == Stage.Parked) Interlocked.Decrement(ref _parked);
        if (before is Stage.Parked or Stage.Apart) _offsets.AddWaiting(entry.Source, -1);
        _room.Leave(entry.ValueBytes + entry.Copies + entry.RetainedBytes, entry.Tokens);
        LeaveReadmitted(entry);
        return before is Stage.Queued or Stage.Parked or Stage.Tokenized ? _queue.Left(entry.Key, outcome == RecordOutcome.Dropped) : null;
    }

    /// <summary>
    /// Waits until one more record may be read. False when it may not yet after <paramref name="timeout"/>, or when <see cref="Complete"/>
    /// was called.
    /// </summary>
    public bool WaitForRoom(TimeSpan timeout) => _room.WaitForRoom(timeout);

    /// <summary>
    /// Waits, but not longer than <paramref name="timeout"/> and not once <paramref name="stop"/> is cancelled, until some record has
    /// finished. True when none is in flight any more.
    /// </summary>
    public bool WaitForLast(TimeSpan timeout, CancellationToken stop) => _room.WaitForLast(timeout, stop);

    /// <summary>Ends a wait for room: there may be something else to do. On any thread.</summary>
    public void Wake() => _room.Wake();

    /// <summary>Nothing more is taken in. What is kept back for its key still goes on when its turn comes. Ends a wait for room.</summary>
    public void Complete()
    {
        _queue.Complete();
        _room.Wake();
    }

    /// <summary>Nothing more goes on: what is kept back is not labelled, and is read again after the stop.</summary>
    public void Abandon() => _queue.Abandon();

    private void Waits(Entry entry)
    {
        _offsets.AddWaiting(entry.Source, 1);
        Release(entry.Source.Partition);
    }

    private void LeaveReadmitted(Entry entry)
    {
        if (!entry.IsReadmitted) return;
        entry.IsReadmitted = false;
        _room.ReadmittedLeft();
    }

    private long Finished(RecordOutcome outcome) => Interlocked.Read(ref _finished[(int)outcome]);

    /// <summary>An envelope with what is reserved for its record.</summary>
    private sealed class Entry(SourceOffset source, InboundRecord record, int valueBytes, long copies, int tokens)
        : Envelope(source, record.Key, record.Headers, record.Timestamp)
    {
        public Stage Stage; // a field: it is exchanged

        /// <summary>Of key and headers.</summary>
        public long RetainedBytes { get; } = record.RetainedBytes;

        /// <summary>Those that copies of its fields may take, while they may still be made.</summary>
        public long Copies { get; set; } = copies;

        /// <summary>Of its value; once it is tokenized, of what was copied of it.</summary>
        public int ValueBytes { get; set; } = valueBytes;

        public int Tokens { get; set; } = tokens;

        public bool IsReadmitted { get; set; } // it gave its tokens back once, and took them again
    }
}
