using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class RecordQueueTests
{
    private static readonly byte[] A = [1], B = [2];

    [Fact]
    public void The_next_of_a_key_goes_on_when_the_one_before_it_has_left()
    {
        RecordQueue queue = Ordered();
        Assert.True(queue.TryAdd(Record(0, A)));
        Assert.True(queue.TryAdd(Record(1, A)));
        Assert.True(queue.TryAdd(Record(2, B)));
        Assert.Equal([0, 2], Taken(queue));
        queue.Left(B);
        Assert.Empty(Taken(queue));
        queue.Left(A);
        Assert.Equal([1], Taken(queue));
    }

    [Fact]
    public void Records_without_a_key_keep_nobody_waiting()
    {
        RecordQueue queue = Ordered();
        queue.TryAdd(Record(0, null));
        queue.TryAdd(Record(1, null));
        Assert.Equal([0, 1], Taken(queue));
        queue.Left(null);
    }

    [Fact]
    public void Unless_it_is_asked_for_no_record_waits_for_its_key()
    {
        RecordQueue queue = new(Limits(keepKeyOrder: false));
        queue.TryAdd(Record(0, A));
        queue.TryAdd(Record(1, A));
        Assert.Equal([0, 1], Taken(queue));
        queue.Left(A);
    }

    [Fact]
    public void A_full_queue_leaves_the_record_to_the_reader_and_its_key_free()
    {
        RecordQueue queue = Ordered(capacity: 1);
        Assert.True(queue.TryAdd(Record(0, A)));
        Assert.False(queue.TryAdd(Record(1, B)));
        Assert.Equal([0], Taken(queue));
        Assert.True(queue.TryAdd(Record(1, B)));
        Assert.Equal([1], Taken(queue));
    }

    [Fact]
    public async Task A_queue_that_is_complete_ends_only_after_what_it_keeps_back()
    {
        RecordQueue queue = Ordered();
        queue.TryAdd(Record(0, A));
        queue.TryAdd(Record(1, A));
        queue.Complete();
        Assert.False(queue.TryAdd(Record(2, B)));
        Assert.Equal([0], Taken(queue));
        Assert.False(queue.Records.Completion.IsCompleted);
        queue.Left(A);
        Assert.Equal([1], Taken(queue));
        await queue.Records.Completion;
    }

    [Fact]
    public async Task An_abandoned_queue_ends_at_once_and_lets_nothing_more_go_on()
    {
        RecordQueue queue = Ordered();
        queue.TryAdd(Record(0, A));
        queue.TryAdd(Record(1, A));
        Taken(queue);
        queue.Abandon();
        await queue.Records.Completion;
        queue.Left(A);
        Assert.Empty(Taken(queue));
    }

    [Fact]
    public void No_two_records_of_a_key_are_ever_on_their_way_and_all_go_in_order() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            RecordQueue queue = Ordered();
            List<(byte[] Key, long Offset)> inFlight = [];
            Dictionary<byte, long> last = [];
            int added = 0, left = 0;
            while (left < 200)
            {
                if (added < 200 && random.Next(2) == 0) queue.TryAdd(Record(added++, [(byte)random.Next(5)]));
                while (queue.Records.TryRead(out SourceRecord record))
                {
                    Assert.DoesNotContain(inFlight, on => on.Key[0] == record.Envelope.Key![0]);
                    Assert.True(record.Envelope.Source.Offset > last.GetValueOrDefault(record.Envelope.Key![0], -1));
                    last[record.Envelope.Key[0]] = record.Envelope.Source.Offset;
                    inFlight.Add((record.Envelope.Key, record.Envelope.Source.Offset));
                }

                if (inFlight.Count == 0 || random.Next(2) == 0) continue;
                int leaving = random.Next(inFlight.Count);
                byte[] key = inFlight[leaving].Key;
                inFlight.RemoveAt(leaving);
                queue.Left(key);
                left++;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static RecordQueue Ordered(int capacity = 4096) =>
        new(Limits(keepKeyOrder: true, capacity));

    private static InFlightLimits Limits(bool keepKeyOrder, int capacity = 4096) => new(capacity, 100_000, 100_000, keepKeyOrder);

    private static SourceRecord Record(long offset, byte[]? key) =>
        new(new Envelope(new OffsetTracker(null, TimeProvider.System).Begin(new SourcePartition("documents", 0), offset), key, [], null),
            []);

    private static List<long> Taken(RecordQueue queue)
    {
        List<long> offsets = [];
        while (queue.Records.TryRead(out SourceRecord record)) offsets.Add(record.Envelope.Source.Offset);
        return offsets;
    }
}
