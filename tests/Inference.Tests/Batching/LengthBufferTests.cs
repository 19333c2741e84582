using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class LengthBufferTests
{
    private const int Longest = 130; // more than two words of 64 lengths

    [Fact]
    public void Shows_documents_by_length_and_equals_in_order_of_being_added()
    {
        LengthBuffer<string> buffer = Create(("long", 128), ("short", 3), ("middle", 64), ("short too", 3), ("longest", 130));
        Assert.Equal(["short", "short too", "middle", "long", "longest"], View(buffer, 10).Items);
    }

    [Fact]
    public void The_oldest_is_the_one_that_came_first_not_the_one_added_first()
    {
        LengthBuffer<string> buffer = new(10, 1000, Longest);
        buffer.TryAdd("added first", 5, Ms(20));
        buffer.TryAdd("came first", 7, Ms(10));
        WaitingWindow window = new(10);
        buffer.View(window);
        Assert.Equal(Ms(10), buffer.OldestCame);
        Assert.Equal("came first", buffer.Take(window.Slots[window.Oldest]));
        Assert.Equal(Ms(20), buffer.OldestCame);
    }

    [Fact]
    public void Of_those_that_came_at_once_the_oldest_is_the_one_added_first()
    {
        LengthBuffer<string> buffer = new(10, 1000, Longest);
        foreach (string item in new[] { "a", "b", "c" }) buffer.TryAdd(item, 9 - item[0] % 7, Ms(5));
        WaitingWindow window = new(10);
        foreach (string item in new[] { "a", "b", "c" })
        {
            buffer.View(window);
            Assert.Equal(item, buffer.Take(window.Slots[window.Oldest]));
        }

        Assert.Null(buffer.OldestCame);
    }

    [Fact]
    public void A_full_buffer_leaves_the_document_to_the_caller()
    {
        LengthBuffer<string> byCount = new(2, 1000, Longest);
        Assert.True(byCount.TryAdd("a", 1, Ms(0)));
        Assert.True(byCount.TryAdd("b", 1, Ms(0)));
        Assert.False(byCount.TryAdd("c", 1, Ms(0)));
        Assert.Equal(2, byCount.Count);

        LengthBuffer<string> byTokens = new(10, 100, Longest);
        Assert.True(byTokens.TryAdd("a", 60, Ms(0)));
        Assert.False(byTokens.TryAdd("b", 41, Ms(0)));
        Assert.True(byTokens.TryAdd("c", 40, Ms(0)));
        Assert.Equal(100, byTokens.Tokens);
    }

    [Fact]
    public void A_document_larger_than_the_bound_is_taken_when_nothing_else_waits() =>
        Assert.True(new LengthBuffer<string>(10, 100, Longest).TryAdd("a", 130, Ms(0)));

    [Theory]
    [InlineData(0)]
    [InlineData(131)]
    public void A_length_that_cannot_be_is_refused(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuffer<string>(10, 1000, Longest).TryAdd("a", length, Ms(0)));

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void A_limit_below_one_is_refused(int capacity, long tokens, int longest) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuffer<string>(capacity, tokens, longest));

    [Fact]
    public void A_window_that_is_too_small_shows_the_oldest_among_its_neighbours_by_length()
    {
        LengthBuffer<string> buffer = new(100, 10_000, Longest);
        for (int length = 1; length <= 100; length++) buffer.TryAdd($"{length}", length, Ms(length == 70 ? 0 : 1));
        Assert.Equal(["68", "69", "70", "71"], View(buffer, 4).Items);
    }

    [Theory]
    [InlineData(1, "1 2 3 4 5")]
    [InlineData(100, "96 97 98 99 100")]
    [InlineData(99, "96 97 98 99 100")]
    public void A_window_at_an_end_is_filled_from_the_other_side(int oldest, string shown)
    {
        LengthBuffer<string> buffer = new(100, 10_000, Longest);
        for (int length = 1; length <= 100; length++) buffer.TryAdd($"{length}", length, Ms(length == oldest ? 0 : 1));
        Assert.Equal(shown, string.Join(' ', View(buffer, 5).Items));
    }

    [Fact]
    public void Agrees_with_a_sorted_list_on_any_history() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            Replay(new Random(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static void Replay(Random random)
    {
        int capacity = random.Next(1, 40), top = random.Next(1, Longest + 1);
        LengthBuffer<int> buffer = new(capacity, 40 * top, Longest);
        WaitingWindow window = new(random.Next(1, 50));
        List<(int Item, int Length, TimeSpan Came)> model = [];
        for (int step = 0; step < 300; step++)
        {
            if (random.Next(5) < 3)
            {
                (int Item, int Length, TimeSpan Came) added = (step, random.Next(1, top + 1), Ms(step - random.Next(20)));
                bool fits = model.Count < capacity && (model.Count == 0 || model.Sum(m => m.Length) + added.Length <= 40 * top);
                Assert.Equal(fits, buffer.TryAdd(added.Item, added.Length, added.Came));
                if (fits) model.Add(added);
            }
            else if (model.Count > 0)
            {
                buffer.View(window);
                int index = random.Next(window.Count);
                int taken = buffer.Take(window.Slots[index]);
                Assert.Equal(window.Lengths[index], model.Single(m => m.Item == taken).Length);
                model.RemoveAll(m => m.Item == taken);
            }

            buffer.View(window);
            Assert.Equal(model.Count, buffer.Count);
            Assert.Equal(model.Sum(m => m.Length), buffer.Tokens);
            Assert.Equal(model.Count == 0 ? null : model.Min(m => m.Came), buffer.OldestCame);
            Assert.Equal(Math.Min(model.Count, window.Capacity), window.Count);
            if (model.Count == 0) continue;

            var sorted = model.OrderBy(m => m.Length).ThenBy(m => m.Item).ToList();
            int oldest = sorted.IndexOf(model.OrderBy(m => m.Came).ThenBy(m => m.Item).First());
            int first = oldest - window.Oldest;
            Assert.Equal(sorted.Skip(first).Take(window.Count).Select(m => (m.Length, m.Came)),
                window.Lengths.ToArray().Zip(window.Came.ToArray()));
        }
    }

    private static LengthBuffer<string> Create(params (string Item, int Length)[] documents)
    {
        LengthBuffer<string> buffer = new(10, 1000, Longest);
        foreach ((string item, int length) in documents) Assert.True(buffer.TryAdd(item, length, Ms(0)));
        return buffer;
    }

    /// <summary>What a window shows; takes everything that it shows.</summary>
    private static (string[] Items, int Oldest) View(LengthBuffer<string> buffer, int capacity)
    {
        WaitingWindow window = new(capacity);
        buffer.View(window);
        return ([.. window.Slots.ToArray().Select(buffer.Take)], window.Oldest);
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);
}
