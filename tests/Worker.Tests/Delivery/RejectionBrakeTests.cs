using System.Threading.Channels;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Worker.Tests.Delivery;

public sealed class RejectionBrakeTests
{
    private const int Window = 20;
    private const RejectionReason Missing = RejectionReason.MissingText;

    private static readonly SourcePartition Mails = new("mails", 0), Letters = new("letters", 3);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<RejectionBrake> _lines = new();
    private readonly InFlightRecords _records = new(new InFlightLimits(100, 100_000, 2_000, KeepKeyOrder: true), TimeProvider.System);
    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly DeadLetters _deadLetters = new(new KafkaOptions(), Partitionings.ByKey, new DeadLetterOptions());
    private readonly List<string> _sent = [];
    private readonly RejectionBrake _brake;
    private long _next;

    public RejectionBrakeTests() => _brake = Create(new DeadLetterOptions { BrakeWindow = Window });

    [Fact]
    public void A_window_of_one_reason_stops_the_worker_names_the_setting_and_an_example_and_sends_nothing()
    {
        Reject(1, RejectionReason.MalformedJson);
        Reject(Window - 2);
        Assert.Null(_failure.First);
        Reject(1);
        MassRejectionException stopped = Assert.IsType<MassRejectionException>(_failure.First);
        Assert.StartsWith("19 of the last 20 documents were rejected for one reason, missing-text, and none was labelled since the start. "
            + "The setting that is likely wrong: Sluice:Input:TextFields is 'sumary'. The first of them was mails[0]@1: why. What to do: "
            + Missing.DefaultWayOut().Words + ". 20 are held back, neither sent nor committed: the next start", stopped.Message,
            StringComparison.Ordinal);
        Assert.Contains("at fault: Sluice:DeadLetter:Brake=false makes dead letters", stopped.Message, StringComparison.Ordinal);
        Assert.Single(_lines.Seen, line => line == "The brake stops the worker: nearly all documents are rejected for one reason, "
            + "missing-text. The last lines say what to do");
        Look();
        Assert.Empty(_sent);
        Assert.Equal((0, Window, 0L), (_brake.Held, (int)_records.Documents, _records.Counts.Finished)); // no offset is done
        Reject(1); // what comes until the steps have stopped
        Assert.Equal((0, 1), (_brake.Held, _records.Counts.Dropped));
    }

    [Theory]
    [InlineData(Setting.InputFormat, "The setting that is likely wrong: Sluice:Input:Format is Avro. ")]
    [InlineData(Setting.RegistryUrl, "The setting that is likely wrong: Sluice:Registry:Url is 'http://127.0.0.1:8081'. ")]
    [InlineData(null, "No setting seems wrong. ")]
    public void The_setting_is_the_one_that_most_of_them_blame_whatever_their_reason_does(object? blamed, string told)
    {
        WayOut own = new("do this", (Setting?)blamed);
        Reject(1, RejectionReason.WireFormat);
        for (int i = 0; i < Window - 1; i++)
            Assert.True(_brake.TryHold(_deadLetters.Of(Enter(Mails), [1], new Rejection(RejectionReason.WireFormat, "found.", own))));
        string message = Assert.IsType<MassRejectionException>(_failure.First).Message;
        string first = blamed is Setting.InputFormat ? "@0: why. What to do: " + RejectionReason.WireFormat.DefaultWayOut().Words
            : "@1: found. What to do: do this";
        Assert.Contains($"{told}The first of them was mails[0]{first}. 20 are held", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_of_them_is_told_with_what_will_become_of_it()
    {
        Reject(2);
        Assert.Equal("mails[0]@0 cannot be labelled (missing-text): why; " + Missing.DefaultWayOut().Words + ". None is labelled since the "
            + "start, so this one and others are held back, at most 20 or until no record was read for 60 s", Assert.Single(_lines.Seen));
    }

    [Fact]
    public void The_first_label_sends_what_is_held_in_its_order_and_after_that_each_goes_at_once()
    {
        Reject(3);
        Look();
        Assert.Empty(_sent);
        _brake.Labelled();
        Reject(1); // while those are sent
        Look();
        Assert.Equal(["mails@0", "mails@1", "mails@2", "mails@3"], _sent);
        Assert.False(_brake.TryHold(Rejected(Missing)));
        Assert.Contains("The first label is delivered: 4 rejected documents that were held back go to the dead-letter topic, and from now "
            + "on each at once", _lines.Seen);
    }

    [Fact]
    public void Where_the_first_document_is_labelled_no_line_speaks_of_what_was_never_held()
    {
        _brake.Labelled();
        Look();
        Assert.False(_brake.TryHold(Rejected(Missing)));
        Assert.Empty(_lines.Seen);
    }

    [Fact]
    public void Fewer_than_a_window_are_sent_when_no_record_was_read_for_a_minute_and_that_is_told_once()
    {
        Reject(5);
        Wait(HeldRejections.Longest - Second);
        Reject(1); // one more was read: the minute begins anew
        Wait(HeldRejections.Longest - Second);
        Assert.Empty(_sent);
        Wait(Second);
        Assert.Equal(6, _sent.Count);
        Reject(1, RejectionReason.NullText); // none is labelled yet
        Look();
        Assert.Equal((6, 1), (_sent.Count, _brake.Held));
        Wait(HeldRejections.Longest);
        Assert.Equal((7, 0, null), (_sent.Count, _brake.Held, _failure.First));
        Assert.Equal("6 rejected documents are held back no longer, though none is labelled, for no record was read for 60 s, or what came "
            + "behind them waited for them, or 10 minutes passed: they go to the dead-letter topic (this is told once)", _lines.Seen[^1]);
    }

    [Fact]
    public void Where_reasons_differ_a_window_is_held_at_most_and_the_oldest_go()
    {
        for (int i = 0; i < Window; i++) Reject(1, i % 2 == 0 ? Missing : RejectionReason.NullText);
        Look();
        Assert.Empty(_sent);
        Reject(2);
        Look();
        Assert.Equal(["mails@0", "mails@1"], _sent);
        Assert.Equal((Window, null), (_brake.Held, _failure.First));
    }

    /// <summary>What was read well and is on its way to its label would prove the settings right.</summary>
    [Fact]
    public void While_a_document_may_yet_be_labelled_nothing_is_judged()
    {
        Envelope good = Enter(Mails);
        Reject(Window + 5);
        Look();
        Assert.Equal((Window + 5, 0, null), (_brake.Held, _sent.Count, _failure.First));
        _records.Finish(good, RecordOutcome.Labelled);
        _brake.Labelled();
        Look();
        Assert.Equal((0, Window + 5, null), (_brake.Held, _sent.Count, _failure.First));
    }

    [Fact]
    public void A_document_that_comes_to_nothing_is_waited_for_and_then_it_is_judged()
    {
        Envelope dropped = Enter(Mails);
        Reject(Window);
        _records.Finish(dropped, RecordOutcome.Dropped);
        Assert.Null(_failure.First);
        Look();
        Assert.IsType<MassRejectionException>(_failure.First);
    }

    [Fact]
    public void A_document_that_never_comes_to_anything_is_waited_for_for_a_minute()
    {
        Enter(Mails);
        Reject(Window);
        for (int half = 0; half < 2; half++)
        {
            Assert.Null(_failure.First);
            Enter(Letters); // records are read all the while
            Wait(HeldRejections.Longest / 2);
        }

        Assert.IsType<MassRejectionException>(_failure.First);
        Assert.Empty(_sent);
    }

    /// <summary>Such as those that wait for a schema which the registry does not give for now.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_more_documents_may_yet_be_labelled_than_are_held_all_of_these_stay_for_ten_minutes_and_then_it_stops(bool areReadOn)
    {
        for (int i = 0; i < 45; i++) Enter(Letters);
        Reject(40);
        for (TimeSpan passed = default; passed < HeldRejections.LongestOfAll; passed += HeldRejections.Longest / 2)
        {
            Assert.Equal((40, 0, null), (_brake.Held, _sent.Count, _failure.First));
            if (areReadOn) _records.Finish(Enter(Mails), RecordOutcome.Tombstone);
            Wait(HeldRejections.Longest / 2);
        }

        Assert.IsType<MassRejectionException>(_failure.First);
        Assert.Empty(_sent);
    }

    [Fact]
    public void Where_fewer_may_yet_be_labelled_than_are_held_it_stops_after_a_minute()
    {
        for (int i = 0; i < Window + 5; i++) Enter(Letters);
        Reject(2 * Window);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal((2 * Window, 0, null), (_brake.Held, _sent.Count, _failure.First));
            _records.Finish(Enter(Mails), RecordOutcome.Tombstone);
            Wait(11 * Second);
        }

        Assert.IsType<MassRejectionException>(_failure.First);
        Assert.Empty(_sent);
    }

    [Theory]
    [InlineData(19, 1, "19 of the last 19 that were rejected are so for one reason, missing-text, and that is nearly all that was read. "
        + "The setting that is likely wrong: Sluice:Input:TextFields is 'sumary'.")]
    [InlineData(18, 2, null)] // 90%, and not more
    [InlineData(9, 1, null)] // too few to judge by
    public void A_label_that_ends_the_brake_for_few_has_what_nearly_all_have_in_common_told(int rejected, int labelled, string? told)
    {
        Envelope[] good = [.. Enumerable.Range(0, labelled).Select(_ => Enter(Mails))];
        Reject(rejected);
        foreach (Envelope one in good) _records.Finish(one, RecordOutcome.Labelled);
        _brake.Labelled();
        Look();
        Assert.Equal(rejected, _sent.Count);
        Assert.Contains(told ?? $"The first label is delivered: {rejected} rejected documents", _lines.Seen[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_held_does_not_hold_up_reading()
    {
        Reject(1);
        for (int i = 0; i < 2 * 4096; i++) _records.Finish(Enter(Mails), RecordOutcome.Tombstone);
        Look();
        Assert.Equal((0, 1, null), (_brake.Held, _sent.Count, _failure.First));
    }

    [Fact]
    public void They_are_held_for_ten_minutes_at_most_though_records_come()
    {
        Reject(1);
        for (TimeSpan passed = default; passed < HeldRejections.LongestOfAll; passed += HeldRejections.Longest / 2)
        {
            Assert.Empty(_sent);
            _records.Finish(Enter(Letters), RecordOutcome.Tombstone);
            Wait(HeldRejections.Longest / 2);
        }

        Assert.Single(_sent);
    }

    [Fact]
    public void A_record_that_waits_in_the_queue_is_not_waited_for()
    {
        for (int i = 0; i <= Window; i++) _records.Enter(new InboundRecord(Mails, i, null, [1], [], null));
        for (int i = 0; i < Window; i++)
        {
            Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
            _brake.TryHold(_deadLetters.Of(record.Envelope, [1], new Rejection(Missing, "why")));
        }

        Assert.IsType<MassRejectionException>(_failure.First);
    }

    [Fact]
    public void What_is_of_a_partition_that_was_taken_away_is_dropped_and_nobody_is_judged_by_it()
    {
        Reject(Window - 4);
        Reject(2, from: Letters);
        _records.Close(Mails);
        Look();
        Assert.Equal((2, Window - 4), (_brake.Held, _records.Counts.Dropped));
        Reject(Window - 3, from: Letters);
        Assert.Null(_failure.First);
        Reject(1, from: Letters);
        Assert.IsType<MassRejectionException>(_failure.First);
        Assert.Empty(_sent);
    }

    /// <summary>They keep their room, so that large ones may fill what there is before a window is full.</summary>
    [Theory]
    [InlineData(DeadLetterOptions.LeastWindow, true)]
    [InlineData(DeadLetterOptions.LeastWindow - 1, false)]
    public void Where_nothing_more_may_be_read_it_is_judged_by_those_that_are_there(int count, bool stops)
    {
        Reject(count, size: 2_000 / count);
        if (_records.HasRoom) Enter(Mails, size: 2_000); // what takes the rest
        Look(); // it has seen all that was read
        Wait(HeldRejections.Longest);
        Assert.Equal((stops, stops ? 0 : count), (_failure.First is MassRejectionException, _sent.Count));
    }

    [Fact]
    public void What_is_held_keeps_the_room_of_its_bytes_and_none_of_tokens()
    {
        Reject(2, size: 40);
        Assert.Equal((2, 80, 0), (_records.Documents, _records.Bytes, _records.Tokens));
        _brake.Abandon();
        Assert.Equal((0, 0, 0), (_records.Documents, _records.Bytes, _records.Tokens));
    }

    /// <summary>Nobody knows for how long they stay.</summary>
    [Fact]
    public void With_key_order_the_next_of_a_key_does_not_wait_for_one_that_is_held()
    {
        for (int i = 0; i < 2; i++) _records.Enter(new InboundRecord(Mails, i, [7], [1], [], null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord first));
        Assert.False(_records.ToDecode.TryRead(out _));
        Assert.True(_brake.TryHold(_deadLetters.Of(first.Envelope, [1], new Rejection(Missing, "why"))));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord second));
        _records.Finish(first.Envelope, RecordOutcome.Rejected);
        _records.Finish(second.Envelope, RecordOutcome.Labelled);
        Assert.Equal(0, _records.Documents);
    }

    [Fact]
    public void A_stop_drops_what_is_held_and_what_is_rejected_after_it()
    {
        _records.Open(new AssignedPartition(Mails, 0, IsCommitted: true));
        Reject(4);
        Assert.Equal((4, 0), (_brake.Abandon(), _brake.Abandon()));
        Reject(1);
        Assert.Equal((0, 5), (_records.Documents, _records.Counts.Dropped));
        List<PartitionWatermark> watermarks = [];
        _records.AddUncommitted(watermarks);
        Assert.Empty(watermarks);
        Assert.Empty(_sent);
    }

    [Fact]
    public void A_rejected_tombstone_counts_neither_way()
    {
        Assert.False(_brake.TryHold(_deadLetters.Of(Enter(Mails), null, new Rejection(RejectionReason.LabelRefused, "why"))));
        Assert.Equal(0, _brake.Held);
    }

    [Theory]
    [InlineData(true, 4096, "The brake is on: until the first label is delivered, rejected documents are held back, at most 20 of them")]
    [InlineData(true, 30, "The brake is on: until the first label is delivered, rejected documents are held back, at most 15 of them")]
    [InlineData(true, 19, "The brake is off (only 19 documents may be in flight, and half of them are too few to judge by): ")]
    [InlineData(false, 4096, "The brake is off (as set): every rejected document goes to the dead-letter topic at once")]
    public async Task The_start_says_whether_it_is_on_and_where_it_is_off_nothing_is_held(bool isOn, int mostInFlight, string line)
    {
        RejectionBrake brake = Create(new DeadLetterOptions { Brake = isOn, BrakeWindow = Window }, mostInFlight);
        Task running = brake.RunAsync(_ => { }, _failure.Stop);
        Assert.StartsWith(line, Assert.Single(_lines.Seen), StringComparison.Ordinal);
        Assert.Equal(line.Contains("is on", StringComparison.Ordinal), brake.TryHold(Rejected(Missing)));
        _failure.StopNow();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task It_looks_by_itself_each_second_and_when_there_is_a_label()
    {
        Channel<Shipment> sent = Channel.CreateUnbounded<Shipment>();
        Task running = _brake.RunAsync(rejected => Assert.True(sent.Writer.TryWrite(rejected)), _failure.Stop);
        Reject(1);
        _time.Advance(HeldRejections.Longest);
        Assert.Equal(0, (await NextAsync()).Envelope.Source.Offset);
        Reject(1);
        _brake.Labelled();
        Assert.Equal(1, (await NextAsync()).Envelope.Source.Offset);
        await running.WaitAsync(TimeSpan.FromSeconds(20));

        Task<Shipment> NextAsync() => sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private RejectionBrake Create(DeadLetterOptions options, int mostInFlight = 4096) => new(options,
        new PipelineOptions { MaxDocumentsInFlight = mostInFlight }, _records, Brakes.Likely, _failure, _time, _lines);

    private void Look() => _brake.Look(rejected =>
        _sent.Add($"{rejected.Envelope.Source.Partition.Topic}@{rejected.Envelope.Source.Offset}"));

    private void Wait(TimeSpan time)
    {
        _time.Advance(time);
        Look();
    }

    private void Reject(int count, RejectionReason reason = Missing, SourcePartition? from = null, int size = 1)
    {
        for (int i = 0; i < count; i++) Assert.True(_brake.TryHold(Rejected(reason, from, size)));
    }

    private Shipment Rejected(RejectionReason reason, SourcePartition? from = null, int size = 1) =>
        _deadLetters.Of(Enter(from ?? Mails, size), [1], new Rejection(reason, "why"));

    private Envelope Enter(SourcePartition partition, int size = 1)
    {
        _records.Enter(new InboundRecord(partition, _next++, null, new byte[size], [], null));
        Assert.True(_records.ToDecode.TryRead(out SourceRecord record));
        return record.Envelope;
    }
}
