using System.Threading.Channels;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class ParkedRecordsTests
{
    private static readonly Rejection Unknown = new(RejectionReason.UnknownSchema, "no such schema");
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly SourcePartition Mails = new("mails", 0), Letters = new("letters", 0);

    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly InFlightRecords _records = new(new InFlightLimits(100_000, 100, 1_000_000), TimeProvider.System)
    {
        MaxTokensPerDocument = 50,
    };
    private readonly ParkedRecords _parked;
    private readonly List<(long[] Offsets, Rejection? Unprepared)> _wentOn = [];
    private long _next;

    public ParkedRecordsTests() => _parked = new ParkedRecords(_records, _failure);

    [Fact]
    public async Task Those_that_wait_for_one_thing_go_on_together_and_in_their_order()
    {
        TaskCompletionSource<Rejection?> one = Pending(), other = Pending();
        Assert.True(_parked.TryAdd(Record(1), one.Task, GoOn));
        Assert.True(_parked.TryAdd(Record(2), other.Task, GoOn));
        Assert.True(_parked.TryAdd(Record(3), one.Task, GoOn));
        Task all = _parked.WaitForAllAsync(CancellationToken.None);
        other.SetResult(Unknown);
        Assert.False(all.IsCompleted);
        one.SetResult(null);
        await all.WaitAsync(Bound);
        Assert.Equal(2, _wentOn.Count);
        Assert.Equal([1, 3], Assert.Single(_wentOn, group => group.Unprepared is null).Offsets);
        Assert.Equal([2], Assert.Single(_wentOn, group => group.Unprepared == Unknown).Offsets);
    }

    [Fact]
    public async Task What_is_there_already_is_not_parked()
    {
        Assert.False(_parked.TryAdd(Record(1), Task.FromResult<Rejection?>(null), GoOn));
        await _parked.WaitForAllAsync(CancellationToken.None);
        Assert.Empty(_wentOn);
        Assert.Equal(0, _records.Awaiting);
    }

    [Fact]
    public async Task A_thousand_that_are_parked_while_it_comes_go_on_or_are_left_to_the_caller_each_once()
    {
        for (int turn = 0; turn < 50; turn++)
        {
            TaskCompletionSource<Rejection?> ready = Pending();
            Task<int> adding = Task.Run(() => Enumerable.Range(0, 1000).Count(_ => !_parked.TryAdd(Record(), ready.Task, GoOn)));
            ready.SetResult(null);
            int left = await adding;
            await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
            Assert.Equal(1000, left + _wentOn.Sum(group => group.Offsets.Length));
            _wentOn.Clear();
        }
    }

    [Fact]
    public async Task A_failure_of_what_they_wait_for_stops_the_worker()
    {
        TaskCompletionSource<Rejection?> ready = Pending();
        Assert.True(_parked.TryAdd(Record(1), ready.Task, GoOn));
        InvalidOperationException broken = new("broken");
        ready.SetException(broken);
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
        Assert.Same(broken, _failure.First);
        Assert.Empty(_wentOn);
    }

    [Fact]
    public async Task When_the_steps_must_stop_nobody_waits_any_longer()
    {
        Assert.True(_parked.TryAdd(Record(1), Pending().Task, GoOn));
        _failure.StopNow();
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
        Assert.Null(_failure.First);
        Assert.Empty(_wentOn);
    }

    [Fact]
    public void Those_that_wait_hold_no_tokens_so_that_others_are_read_and_are_bounded_by_their_bytes_and_number()
    {
        for (int i = 0; i < 10; i++) Assert.True(_parked.TryAdd(Record(value: new byte[100]), Pending().Task, GoOn));
        Assert.Equal((10L, 0L, 1000L, 10L), (_records.Documents, _records.Tokens, _records.Bytes, _records.Awaiting));
        Assert.True(_records.HasRoom);
    }

    [Fact]
    public async Task When_they_go_on_they_take_their_tokens_again_as_there_is_room_and_nothing_is_read_before_them()
    {
        Channel<Envelope> went = Channel.CreateUnbounded<Envelope>();
        TaskCompletionSource<Rejection?> ready = Pending();
        for (int i = 0; i < 5; i++) _parked.TryAdd(Record(value: new byte[100]), ready.Task, GoOnAndTake);
        Envelope other = Record(value: new byte[100]).Envelope;
        ready.SetResult(null);

        Envelope first = await NextAsync();
        Assert.Equal(100, _records.Tokens); // the other one's 50, and as much again
        Assert.False(went.Reader.TryRead(out _));
        _records.Finish(first, RecordOutcome.Labelled);
        Envelope second = await NextAsync(), third;
        Assert.InRange(_records.Tokens, 100, 100);
        _records.Finish(other, RecordOutcome.Labelled);
        third = await NextAsync();
        Assert.False(_records.HasRoom); // two are still to come
        _records.Finish(second, RecordOutcome.Labelled);
        _records.Finish(third, RecordOutcome.Labelled);
        Envelope fourth = await NextAsync(), fifth = await NextAsync();
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
        _records.Finish(fourth, RecordOutcome.Labelled);
        _records.Finish(fifth, RecordOutcome.Labelled);
        Assert.Equal((0L, 0L, 0L, 0L), (_records.Documents, _records.Tokens, _records.Bytes, _records.Awaiting));
        Assert.True(_records.HasRoom);

        async Task<Envelope> NextAsync() => await went.Reader.ReadAsync().AsTask().WaitAsync(Bound);

        async Task GoOnAndTake(IReadOnlyList<SourceRecord> taken, Rejection? unprepared, CancellationToken stop)
        {
            foreach (SourceRecord record in taken)
            {
                await _records.UnparkAsync(record.Envelope, takesTokens: true, stop);
                await went.Writer.WriteAsync(record.Envelope, stop);
            }
        }
    }

    /// <summary>Else they would wait for each other for ever: documents behind one of their key have tokens, and wait for it.</summary>
    [Fact]
    public async Task One_goes_on_though_others_hold_all_tokens()
    {
        TaskCompletionSource<Rejection?> ready = Pending();
        SourceRecord parked = Record(value: new byte[100]);
        _parked.TryAdd(parked, ready.Task, GoOn);
        for (int i = 0; i < 2; i++) Record(value: new byte[100]);
        Assert.Equal(100, _records.Tokens);
        await _records.UnparkAsync(parked.Envelope, takesTokens: true, CancellationToken.None).WaitAsync(Bound);
        Assert.Equal(150, _records.Tokens);
    }

    [Fact]
    public async Task Those_of_a_partition_that_is_taken_away_are_dropped_at_once_and_others_go_on()
    {
        TaskCompletionSource<Rejection?> ready = Pending();
        _parked.TryAdd(Record(1), ready.Task, GoOn);
        _parked.TryAdd(Record(1, Letters), ready.Task, GoOn);
        _records.Close(Mails);
        _parked.DropGone();
        Assert.Equal((1L, 1L), (_records.Documents, _records.Counts.Dropped));
        ready.SetResult(null);
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
        Assert.Single(Assert.Single(_wentOn).Offsets);
        Assert.Equal((0L, 0L), (_records.Documents, _records.Awaiting));
    }

    [Fact]
    public async Task When_the_worker_stops_all_are_dropped_and_so_is_whatever_comes_and_nobody_waits()
    {
        Task<Rejection?> never = Pending().Task;
        _parked.TryAdd(Record(1), never, GoOn);
        _parked.Abandon();
        Assert.Equal((0L, 1L, 1), (_records.Documents, _records.Counts.Dropped, _parked.DroppedAtStop));
        Assert.True(_parked.TryAdd(Record(2), never, GoOn));
        Assert.Equal((0L, 2L, 2), (_records.Documents, _records.Counts.Dropped, _parked.DroppedAtStop));
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
        Assert.Empty(_wentOn);
        Assert.Null(_failure.First);
        Assert.Equal(0, _records.Settled); // read again
    }

    /// <summary>Else a tombstone would be sent in the stop, and the label of the document before it after the next start.</summary>
    [Fact]
    public async Task With_key_order_what_waits_behind_a_record_that_a_stop_drops_is_dropped_with_it_and_never_sent()
    {
        InFlightRecords records = new(new InFlightLimits(100_000, 100_000_000, 1_000_000, KeepKeyOrder: true), TimeProvider.System);
        ParkedRecords parked = new(records, _failure);
        records.Open(new AssignedPartition(Mails, 0, IsCommitted: true));
        byte[] key = [1], other = [2];
        Enter(key, [1]);
        Enter(key, null); // the tombstone
        for (int i = 0; i < 50_000; i++) Enter(key, []); // each behind the other
        Enter(other, [1]);
        Enter(other, null);
        Assert.True(records.ToDecode.TryRead(out SourceRecord document));
        Assert.True(records.ToDecode.TryRead(out SourceRecord known));
        Assert.True(parked.TryAdd(document, Pending().Task, GoOn));

        records.Complete();
        parked.Abandon();
        Assert.Equal((1, 50_002L), (parked.DroppedAtStop, records.Counts.Dropped));
        Assert.False(records.ToDecode.TryRead(out _));
        records.Finish(known.Envelope, RecordOutcome.Labelled);
        Assert.True(records.ToDecode.TryRead(out SourceRecord tombstone)); // the other key's, whose label was sent
        records.Finish(tombstone.Envelope, RecordOutcome.Tombstone);
        await records.ToDecode.Completion.WaitAsync(Bound);
        Assert.Equal((0L, 0L, 0L, 0L), (records.Documents, records.Awaiting, records.Bytes, records.Settled)); // read again

        void Enter(byte[] of, byte[]? value) => records.Enter(new InboundRecord(Mails, _next++, of, value, [], null));
    }

    [Fact]
    public void A_record_whose_partition_is_gone_by_now_is_not_parked()
    {
        SourceRecord record = Record(1);
        _records.Open(new AssignedPartition(Mails, 0, IsCommitted: true)); // it came back, which ends the epoch that still stood
        Assert.True(_parked.TryAdd(record, Pending().Task, GoOn));
        Assert.Equal((0L, 0L, 1L, 0), (_records.Documents, _records.Awaiting, _records.Counts.Dropped, _parked.DroppedAtStop));
    }

    [Fact]
    public async Task What_is_there_when_the_worker_stops_goes_on()
    {
        for (int turn = 0; turn < 200; turn++)
        {
            TaskCompletionSource<Rejection?> ready = Pending();
            ParkedRecords parked = new(_records, _failure);
            parked.TryAdd(Record(), ready.Task, GoOn);
            Task come = Task.Run(() => ready.SetResult(null));
            parked.Abandon();
            await come;
            await parked.WaitForAllAsync(CancellationToken.None).WaitAsync(Bound);
            Assert.Equal(1, parked.DroppedAtStop + _wentOn.Sum(group => group.Offsets.Length));
            _wentOn.Clear();
        }

        Assert.Equal((0L, 0L), (_records.Documents, _records.Awaiting));
    }

    private static TaskCompletionSource<Rejection?> Pending() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SourceRecord Record(long? offset = null, SourcePartition? partition = null, byte[]? value = null)
    {
        _records.Enter(new InboundRecord(partition ?? Mails, offset ?? _next++, null, value ?? [], [], null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        return record;
    }

    private Task GoOn(IReadOnlyList<SourceRecord> records, Rejection? unprepared, CancellationToken stop)
    {
        if (records.Count > 0) _wentOn.Add(([.. records.Select(record => record.Envelope.Source.Offset)], unprepared));
        foreach (SourceRecord record in records) _records.Finish(record.Envelope, RecordOutcome.Dropped);
        return Task.CompletedTask;
    }
}
