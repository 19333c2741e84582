using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class KeyOrderTests
{
    [Fact]
    public void The_second_of_a_key_waits_until_the_first_has_left()
    {
        KeyOrder<string> order = new();
        Assert.True(order.TryEnter(7, "first"));
        Assert.False(order.TryEnter(7, "second"));
        Assert.Equal(1, order.Waiting);
        Assert.True(order.TryLeave(7, out string next));
        Assert.Equal("second", next);
        Assert.False(order.TryLeave(7, out _));
        Assert.Equal(0, order.Waiting);
    }

    [Fact]
    public void Other_keys_do_not_wait()
    {
        KeyOrder<string> order = new();
        order.TryEnter(7, "a");
        order.TryEnter(7, "b");
        Assert.True(order.TryEnter(8, "c"));
    }

    [Fact]
    public void A_key_is_on_its_way_until_its_last_document_has_left()
    {
        KeyOrder<string> order = new();
        order.TryEnter(7, "a");
        order.TryEnter(7, "b");
        order.TryLeave(7, out _);
        Assert.False(order.TryEnter(7, "c"));
    }

    [Fact]
    public void A_document_that_did_not_enter_cannot_leave() =>
        Assert.Contains("0000000000000007",
            Assert.Throws<InvalidOperationException>(() => new KeyOrder<string>().TryLeave(7, out _)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_key_comes_out_in_the_order_in_which_it_went_in() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            KeyOrder<int> order = new();
            List<(ulong Key, int Item)> inFlight = [];
            Dictionary<ulong, int> last = [];
            int waiting = 0;
            for (int step = 0; step < 600; step++)
            {
                if (random.Next(2) == 0)
                {
                    ulong key = (ulong)random.Next(6);
                    Assert.Equal(inFlight.All(on => on.Key != key), order.TryEnter(key, step));
                    if (inFlight.All(on => on.Key != key)) inFlight.Add((key, step));
                    else waiting++;
                }
                else if (inFlight.Count > 0)
                {
                    (ulong key, int item) = inFlight[random.Next(inFlight.Count)];
                    inFlight.Remove((key, item));
                    Assert.True(item > last.GetValueOrDefault(key, -1));
                    last[key] = item;
                    if (!order.TryLeave(key, out int next)) continue;
                    inFlight.Add((key, next));
                    waiting--;
                }

                Assert.Equal(waiting, order.Waiting);
            }

            while (inFlight is [(ulong Key, int Item) on, ..])
            {
                inFlight.RemoveAt(0);
                Assert.True(on.Item > last.GetValueOrDefault(on.Key, -1));
                last[on.Key] = on.Item;
                if (order.TryLeave(on.Key, out int next)) inFlight.Add((on.Key, next));
            }

            Assert.Equal(0, order.Waiting);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Keys_in_order_allocate_nothing_once_as_many_have_been_on_their_way()
    {
        KeyOrder<object> order = new();
        object item = new();
        Pass(0);
        ulong rounds = 1;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 50; i++) Pass(rounds++);
        }));

        void Pass(ulong round)
        {
            for (ulong i = 0; i < 300; i++) order.TryEnter((round << 32) + (i % 100), item);
            for (ulong i = 0; i < 300; i++) order.TryLeave((round << 32) + (i % 100), out _);
        }
    }
}
