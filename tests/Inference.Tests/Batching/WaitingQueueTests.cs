using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class WaitingQueueTests
{
    private const int Longest = 64;
    private static readonly BatchBudget Budget = new(8, 128);
    private static readonly CostSnapshot Known = new(new BatchCost(1, 0.01, 0.01, 1e-4, 0), 0.01, 1000, IsTrusted: true);

    // Documents of (key, length) come; after each, as many batches as the third number says are taken.
    private static readonly Arbitrary<(int Key, int Length, int Batches)[]> Courses =
        (from key in Gen.Choose(0, 2)
         from length in Gen.Choose(1, Longest)
         from batches in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Constant(1)))
         select (key, length, batches)).ArrayOf().ToArbitrary();

    [Fact]
    public void No_batch_mixes_keys_and_each_holds_the_oldest_document_of_all() =>
        Prop.ForAll(Courses, course =>
        {
            WaitingQueue<Item> queue = Create(capacity: 1000, keys: 3);
            List<Item> waiting = [];
            for (int next = 0; next < course.Length; next++)
            {
                Item item = new(next, course[next].Key, course[next].Length);
                Assert.True(queue.TryAdd(item, item.Length, TimeSpan.FromTicks(next), item.Key));
                waiting.Add(item);
                for (int batch = 0; batch < course[next].Batches && waiting.Count > 0; batch++) TakeBatch(queue, waiting);
            }

            while (waiting.Count > 0) TakeBatch(queue, waiting);
            Assert.Equal((0, 0), (queue.Count, queue.Tokens));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_bounds_hold_over_all_keys_together() =>
        Prop.ForAll(Courses, course =>
        {
            const int capacity = 5, maxTokens = 100;
            WaitingQueue<Item> queue = Create(capacity, keys: 3, maxTokens);
            List<Item> waiting = [];
            for (int next = 0; next < course.Length; next++)
            {
                Item item = new(next, course[next].Key, course[next].Length);
                bool fits = waiting.Count == 0 || (waiting.Count < capacity && waiting.Sum(one => one.Length) + item.Length <= maxTokens);
                Assert.Equal(fits, queue.TryAdd(item, item.Length, TimeSpan.FromTicks(next), item.Key));
                if (fits) waiting.Add(item);
                Assert.Equal((waiting.Count, waiting.Sum(one => one.Length)), (queue.Count, queue.Tokens));
                if (!fits) TakeBatch(queue, waiting);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_of_which_little_comes_does_not_starve_beside_one_of_which_much_does()
    {
        WaitingQueue<Item> queue = Create(capacity: 1000, keys: 2);
        List<Item> waiting = [];
        for (int next = 0; next < 40; next++) Add(next, key: 0);
        Item lone = Add(40, key: 1);
        int batches = 0;
        for (int next = 41; waiting.Contains(lone); batches++)
        {
            TakeBatch(queue, waiting);
            for (int more = 0; more < 8; more++, next++) Add(next, key: 0); // as many as one batch takes
        }

        Assert.InRange(batches, 1, 6); // 40 older ones, eight a batch, and then its own

        Item Add(int number, int key)
        {
            Item item = new(number, key, 8);
            queue.TryAdd(item, item.Length, TimeSpan.FromTicks(number), key);
            waiting.Add(item);
            return item;
        }
    }

    [Fact]
    public void The_oldest_of_all_keys_is_taken_first_when_all_is_thrown_away()
    {
        WaitingQueue<Item> queue = Create(capacity: 10, keys: 3);
        foreach (int next in new[] { 4, 1, 3, 0, 2 }) queue.TryAdd(new Item(next, next % 3, 5), 5, TimeSpan.FromTicks(next), next % 3);
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(_ => queue.TakeOldest().Number));
    }

    [Fact]
    public void A_key_that_there_is_not_is_refused()
    {
        WaitingQueue<Item> queue = Create(capacity: 10, keys: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryAdd(new Item(0, 2, 5), 5, TimeSpan.Zero, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryAdd(new Item(0, -1, 5), 5, TimeSpan.Zero, -1));
    }

    [Fact]
    public void Documents_of_several_keys_pass_without_allocation()
    {
        WaitingQueue<Item> queue = Create(capacity: 300, keys: 3);
        Item item = new(0, 0, 8);
        int came = 0;
        Pass(100);
        Assert.Equal(0, Allocations.Of(() => Pass(500)));

        void Pass(int batches)
        {
            for (int batch = 0; batch < batches; batch++)
            {
                for (; queue.Count < 100; came++) queue.TryAdd(item, 1 + (came % Longest), TimeSpan.FromTicks(came), came % 3);
                PlannedBatch planned = queue.Plan(Known, 2, TimeSpan.FromTicks(came));
                for (int index = planned.Start; index < planned.End; index++) queue.Take(index);
            }
        }
    }

    private static void TakeBatch(WaitingQueue<Item> queue, List<Item> waiting)
    {
        PlannedBatch planned = queue.Plan(Known, 1, TimeSpan.Zero);
        Item[] batch = [.. Enumerable.Range(planned.Start, planned.Shape.Rows).Select(queue.Take)];
        Assert.Single(batch.Select(item => item.Key).Distinct());
        Assert.Contains(waiting.MinBy(item => item.Number)!, batch);
        Assert.All(batch, item => Assert.True(waiting.Remove(item), "It was taken twice."));
    }

    private static WaitingQueue<Item> Create(int capacity, int keys, long maxTokens = 100_000) =>
        new(capacity, maxTokens, Longest, Budget, TimeSpan.FromHours(1), keys);

    private sealed record Item(int Number, int Key, int Length);
}
