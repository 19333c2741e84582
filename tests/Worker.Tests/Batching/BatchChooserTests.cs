using Sluice.Worker.Batching;

namespace Worker.Tests.Batching;

public sealed class BatchChooserTests
{
    private static readonly BatchBudget Budget = new(64, 512);
    private static readonly BatchCost Cost = new(0.5, 0, 0.01, 1e-5, 5e-6);
    private static readonly CostSnapshot Trusted = new(Cost, 0.03, 1000, true);
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void The_last_documents_are_spread_over_idle_callers()
    {
        WaitingWindow window = Waiting(20, 20, 20, 20, 20, 20, 20, 20);
        Assert.Equal(8, Choose(window, idle: 1).Shape.Rows);
        Assert.Equal(4, Choose(window, idle: 2).Shape.Rows);
        Assert.Equal(2, Choose(window, idle: 4).Shape.Rows);
        Assert.Equal(1, Choose(window, idle: 16).Shape.Rows);
    }

    [Fact]
    public void A_queue_with_a_batch_for_everyone_is_not_cut_smaller()
    {
        WaitingWindow window = Waiting([.. Enumerable.Repeat(20, 200)]);
        Assert.Equal(Choose(window, idle: 1), Choose(window, idle: 2));
    }

    [Fact]
    public void A_short_document_does_not_join_a_long_one_at_a_loss()
    {
        WaitingWindow window = Waiting(400, 5, 5, 5);
        Assert.Equal(new BatchShape(1, 400, 400), Choose(window, idle: 1).Shape);
    }

    [Fact]
    public void The_oldest_document_is_in_the_batch_wherever_it_stands_by_length()
    {
        int[] lengths = [.. Enumerable.Range(1, 120)];
        for (int oldest = 0; oldest < lengths.Length; oldest++)
        {
            WaitingWindow window = Waiting([lengths[oldest], .. lengths[..oldest], .. lengths[(oldest + 1)..]]);
            Assert.True(Choose(window, idle: 1).Holds(oldest));
        }
    }

    [Fact]
    public void While_the_cost_is_not_trusted_documents_run_one_by_one()
    {
        WaitingWindow window = Waiting(20, 20, 5);
        PlannedBatch batch = new BatchChooser(Budget, Bound).Next(window, Trusted with { IsTrusted = false }, 1, TimeSpan.Zero);
        Assert.Equal(1, batch.Shape.Rows);
        Assert.True(batch.Holds(window.Oldest));
    }

    /// <summary>Eight take 0.5 + 8 x (0.2 + 0.004) = 2.13 ms, one takes 0.704 ms, four take 1.32 ms.</summary>
    [Theory]
    [InlineData(0, 8)]
    [InlineData(197.8, 8)]
    [InlineData(198.6, 4)]
    [InlineData(199.2, 1)]
    [InlineData(199.4, 8)] // late even alone: above capacity cheap batches are the way out
    [InlineData(900, 8)]
    public void Mates_that_would_make_the_oldest_late_are_left_out(double ageMs, int rows)
    {
        WaitingWindow window = Waiting(20, 20, 20, 20, 20, 20, 20, 20);
        Assert.Equal(rows, new BatchChooser(Budget, Bound).Next(window, Trusted, 1, TimeSpan.FromMilliseconds(ageMs)).Shape.Rows);
    }

    [Fact]
    public void Nothing_to_choose_from_is_the_callers_mistake() => Assert.Throws<ArgumentException>(() => Choose(new WaitingWindow(4), idle: 1));

    [Fact]
    public void A_document_over_the_budget_is_named_with_the_way_out() =>
        Assert.Contains("513 tokens, but a batch holds 512; raise", Assert.Throws<ArgumentException>(() => Choose(Waiting(513), idle: 1)).Message, StringComparison.Ordinal);

    private static PlannedBatch Choose(WaitingWindow window, int idle) => new BatchChooser(Budget, Bound).Next(window, Trusted, idle, TimeSpan.Zero);

    /// <summary>The first is the oldest; all came at 0.</summary>
    private static WaitingWindow Waiting(params int[] lengths)
    {
        LengthBuffer<int> buffer = new(lengths.Length, long.MaxValue, 1000);
        foreach (int length in lengths) buffer.TryAdd(0, length, TimeSpan.Zero);
        WaitingWindow window = new(lengths.Length);
        buffer.View(window);
        return window;
    }
}
