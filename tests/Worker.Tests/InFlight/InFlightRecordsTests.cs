using System.Diagnostics;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class InFlightRecordsTests
{
    private static readonly SourcePartition Partition = new("documents", 3);
    private static readonly byte[] A = [1];

    private readonly InFlightRecords _records = Create();
    private long _next;

    [Fact]
    public void A_record_takes_its_room_gives_back_its_value_s_when_tokenized_and_the_rest_when_finished()
    {
        Envelope record = Enter(_records, new byte[20], valueBytes: 10);
        Assert.Equal((1, 12, 30), Room());
        _records.Tokenized(record, tokens: 4);
        Assert.Equal((1, 4, 20), Room());
        _records.Finish(record, RecordOutcome.Labelled);
        Assert.Equal((0, 0, 0), Room());
    }

    [Fact]
    public void A_record_that_is_ready_for_its_transaction_keeps_its_place_and_bytes_and_gives_its_tokens_back()
    {
        Envelope labelled = Enter(_records, new byte[20], valueBytes: 10), rejected = Enter(_records, new byte[20], valueBytes: 10);
        _records.Tokenized(labelled, tokens: 4);
        _records.Ready(labelled, RecordOutcome.Labelled);
        Assert.Equal((2, 12, 20 + 30), Room());
        _records.Ready(rejected, RecordOutcome.Rejected); // its dead-letter record holds its value
        Assert.Equal((2, 0, 20 + 30), Room());
        _records.Finish(labelled, RecordOutcome.Labelled);
        _records.Finish(rejected, RecordOutcome.Rejected);
        Assert.Equal((0, 0, 0), Room());
    }

    [Theory]
    [InlineData(6)]
    [InlineData(60)] // a symbol of an enum is longer as text than in the value
    public void What_was_copied_of_a_value_takes_room_until_the_record_is_finished(int copiedBytes)
    {
        Envelope record = Enter(_records, new byte[20], valueBytes: 10);
        _records.Tokenized(record, tokens: 4, copiedBytes);
        Assert.Equal((1, 4, 20 + copiedBytes), Room());
        _records.Finish(record, RecordOutcome.Labelled);
        Assert.Equal((0, 0, 0), Room());
    }

    /// <summary>Else as many as may be in flight could take many times their own bytes, all at once, when they are decoded.</summary>
    [Fact]
    public void Room_for_copies_is_taken_from_the_beginning_and_what_they_do_not_take_is_free_when_they_are_made()
    {
        InFlightRecords records = new(new InFlightLimits(100, 1_000_000, 1_000, CopiesOf: bytes => 200 + bytes), TimeProvider.System)
        {
            MaxTokensPerDocument = 512,
        };
        Envelope tombstone = Enter(records, A, valueBytes: null), rejected = Enter(records, A, valueBytes: 10);
        Envelope labelled = Enter(records, A, valueBytes: 300);
        Assert.Equal((1 + (1 + 10 + 210) + (1 + 300 + 500), 2 + 12 + 302), (records.Bytes, records.Tokens));
        Assert.False(records.HasRoom);
        records.Tokenized(labelled, tokens: 4, copiedBytes: 20);
        Assert.Equal((1 + (1 + 10 + 210) + (1 + 20), 2 + 12 + 4), (records.Bytes, records.Tokens));
        Assert.True(records.HasRoom);
        foreach (Envelope record in new[] { tombstone, rejected, labelled }) records.Finish(record, RecordOutcome.Labelled);
        Assert.Equal((0, 0), (records.Bytes, records.Tokens));
    }

    [Fact]
    public void Of_one_that_is_set_apart_no_copies_are_made_so_the_room_for_them_is_free()
    {
        InFlightRecords records = new(new InFlightLimits(100, 1_000_000, 1_000, CopiesOf: bytes => 200 + bytes), TimeProvider.System);
        Envelope unread = Enter(records, A, valueBytes: 10), read = Enter(records, A, valueBytes: 10);
        records.Tokenized(read, tokens: 4, copiedBytes: 3);
        foreach (Envelope record in new[] { unread, read }) records.SetApart(record);
        Assert.Equal((1 + 10 + (1 + 3), 0), (records.Bytes, records.Tokens));
        foreach (Envelope record in new[] { unread, read }) records.Finish(record, RecordOutcome.Rejected);
        Assert.Equal(0, records.Bytes);
    }

    [Fact]
    public void A_record_that_is_never_tokenized_gives_back_all_at_its_end()
    {
        Envelope rejected = Enter(_records, new byte[20], valueBytes: 10);
        Envelope tombstone = Enter(_records, new byte[20], valueBytes: null);
        Assert.Equal((2, 12 + 2, 50), Room());
        _records.Finish(rejected, RecordOutcome.Rejected);
        _records.Finish(tombstone, RecordOutcome.Tombstone);
        Assert.Equal((0, 0, 0), Room());
    }

    [Fact]
    public void What_was_delivered_or_passed_over_is_done_and_what_was_dropped_is_not()
    {
        RecordOutcome[] done = [RecordOutcome.Labelled, RecordOutcome.Rejected, RecordOutcome.Tombstone, RecordOutcome.PassedOver];
        foreach (RecordOutcome outcome in done) _records.Finish(Enter(_records, A), outcome);
        Assert.Equal((4, 4), (_records.Settled, _records.Uncommitted));
        _records.Finish(Enter(_records, A), RecordOutcome.Dropped);
        Assert.Equal((4, 5), (_records.Settled, _records.Uncommitted));
        List<PartitionStanding> standings = [];
        _records.AddStandings(standings);
        Assert.Equal(new ReadCounts(5, 5, 4, 1), standings[0].Counts); // of what is done one was a document
    }

    [Fact]
    public void Each_outcome_is_counted_and_so_is_what_entered_and_what_was_committed()
    {
        RecordOutcome[] ends =
            [RecordOutcome.Labelled, RecordOutcome.Labelled, RecordOutcome.Rejected, RecordOutcome.Tombstone, RecordOutcome.PassedOver];
        foreach (RecordOutcome outcome in ends) _records.Finish(Enter(_records, A), outcome);
        _records.Finish(Enter(_records, A), RecordOutcome.Dropped);
        List<PartitionWatermark> watermarks = [];
        _records.AddUncommitted(watermarks);
        _records.MarkCommitted(Assert.Single(watermarks));
        Assert.Equal(new InFlightCounts(6, Published: 2, DeadLettered: 1, Tombstones: 1, Dropped: 1, Committed: 5, PassedOver: 1),
            _records.Counts);
        Assert.Equal(6, _records.Counts.Finished);
    }

    [Fact]
    public async Task Who_waits_for_the_last_record_finds_it_counted()
    {
        const int Times = 20_000;
        Envelope? last = null;
        Task finishing = Task.Run(() =>
        {
            for (int time = 0; time < Times; time++)
            {
                SpinWait spin = default;
                Envelope? record;
                while ((record = Interlocked.Exchange(ref last, null)) is null) spin.SpinOnce();
                _records.Finish(record, RecordOutcome.Labelled);
            }
        }, TestContext.Current.CancellationToken);
        for (int time = 1; time <= Times; time++)
        {
            Volatile.Write(ref last, Enter(_records, A));
            while (!_records.WaitForLast(TimeSpan.FromSeconds(1), CancellationToken.None))
            {
            }

            Assert.Equal(time, _records.Counts.Published);
        }

        await finishing;
    }

    [Fact]
    public void To_finish_a_record_twice_is_a_bug_that_changes_nothing()
    {
        Envelope record = Enter(_records, A);
        _records.Finish(record, RecordOutcome.Labelled);
        Assert.Contains("documents[3]@0", Assert.Throws<UnreachableException>(() => _records.Finish(record, RecordOutcome.Dropped)).Message,
            StringComparison.Ordinal);
        Assert.Throws<UnreachableException>(() => _records.Tokenized(record, 3));
        Assert.Equal((0, 0, 0), Room());
        Assert.Equal(0, _records.Counts.Dropped);
    }

    [Fact]
    public void To_tokenize_a_record_twice_is_a_bug()
    {
        Envelope record = Enter(_records, A);
        _records.Tokenized(record, 3);
        Assert.Throws<UnreachableException>(() => _records.Tokenized(record, 3));
    }

    [Fact]
    public void A_record_of_an_ended_epoch_finishes_into_nothing_but_its_room_and_its_key_s_turn()
    {
        InFlightRecords records = Create(keepKeyOrder: true);
        Envelope late = Enter(records, A);
        Assert.True(records.Enter(Record(A)));
        records.Close(Partition);
        Assert.False(records.IsCurrent(late));
        records.Finish(late, RecordOutcome.Labelled);
        Assert.Equal((1L, 0L, 0L), (records.Documents, records.Settled, records.Uncommitted));
        Assert.True(records.ToDecode.TryRead(out _));
    }

    [Fact]
    public void A_record_that_comes_after_the_end_of_reading_is_dropped_and_takes_no_other_s_turn()
    {
        InFlightRecords records = Create(keepKeyOrder: true);
        Envelope first = Enter(records, A);
        records.Enter(Record(A));
        records.Complete();
        Assert.False(records.Enter(Record(A)));
        Assert.False(records.ToDecode.TryRead(out _));
        Assert.Equal((2, 1), (records.Documents, records.Counts.Dropped));
        records.Finish(first, RecordOutcome.Labelled);
        Assert.True(records.ToDecode.TryRead(out _));
    }

    [Fact]
    public async Task A_record_that_finds_the_queue_full_waits_until_it_has_room_or_reading_ends()
    {
        InFlightRecords records = Create(documents: 1);
        Envelope first = Enter(records, A, take: false);
        Task<bool> second = Task.Run(() => records.Enter(Record(A)), TestContext.Current.CancellationToken);
        Assert.True(records.ToDecode.TryRead(out SourceRecord read));
        Assert.Same(first, read.Envelope);
        records.Finish(first, RecordOutcome.Labelled);
        Assert.True(await second);
        Task<bool> third = Task.Run(() => records.Enter(Record(A)), TestContext.Current.CancellationToken);
        records.Complete();
        Assert.False(await third);
        Assert.Equal(1, records.Documents);
    }

    [Fact]
    public void Finishing_a_record_allocates_nothing()
    {
        InFlightRecords records = Create(documents: 10_000, keepKeyOrder: true);
        Queue<Envelope> entered = new(Enumerable.Range(0, 4000).Select(i => Enter(records, BitConverter.GetBytes(i))));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1000; i++) records.Finish(entered.Dequeue(), RecordOutcome.Labelled);
        }));
    }

    private static InFlightRecords Create(int documents = 100, bool keepKeyOrder = false) =>
        new(new InFlightLimits(documents, 1_000_000, 1_000_000, keepKeyOrder), TimeProvider.System) { MaxTokensPerDocument = 512 };

    private Envelope Enter(InFlightRecords records, byte[]? key, int? valueBytes = 0, bool take = true)
    {
        Assert.True(records.Enter(Record(key, valueBytes)));
        SourceRecord record;
        Assert.True(take ? records.ToDecode.TryRead(out record) : records.ToDecode.TryPeek(out record));
        return record.Envelope;
    }

    private InboundRecord Record(byte[]? key, int? valueBytes = 0) =>
        new(Partition, _next++, key, valueBytes is { } bytes ? new byte[bytes] : null, [], null);

    private (long Documents, long Tokens, long Bytes) Room() => (_records.Documents, _records.Tokens, _records.Bytes);
}
