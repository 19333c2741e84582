using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class BatchChooserTests
{
    private static readonly BatchBudget Budget = new(64, 512);
    private static readonly CostSnapshot Padding = new(new BatchCost(0.5, 0, 0.01, 1e-5, 0), 0.03, 1000, true);

    /// <summary>Attention that pads nothing: nothing speaks against a batch that holds all, but the budget.</summary>
    private static readonly CostSnapshot Unpadded = new(new BatchCost(0.5, 0, 0.01, 0, 1e-5), 0.03, 1000, true);
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_last_documents_are_spread_over_idle_inference_threads(bool pads)
    {
        WaitingWindow window = Waiting(20, 20, 20, 20, 20, 20, 20, 20);
        Assert.Equal(8, Choose(window, idle: 1, pads).Shape.Rows);
        Assert.Equal(4, Choose(window, idle: 2, pads).Shape.Rows);
        Assert.Equal(2, Choose(window, idle: 4, pads).Shape.Rows);
        Assert.Equal(1, Choose(window, idle: 16, pads).Shape.Rows);
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
        WaitingWindow window = Waiting(250, 5);
        Assert.Equal(BatchShape.Lone(250), Choose(window, idle: 1, pads: true).Shape);
        Assert.Equal(BatchShape.Of(5, 250), Choose(window, idle: 1, pads: false).Shape);
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
        PlannedBatch batch = new BatchChooser(Budget, Bound).Next(window, Padding with { IsTrusted = false }, 1, TimeSpan.Zero);
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
        foreach (CostSnapshot known in new[] { Padding, Unpadded })
            Assert.Equal(rows, new BatchChooser(Budget, Bound).Next(window, known, 1, TimeSpan.FromMilliseconds(ageMs)).Shape.Rows);
    }

    /// <summary>All six take 0.5 + 4.2 + 0.32 = 5.03 ms, without one long one 4.16, the short one alone 0.70.</summary>
    [Theory]
    [InlineData(194, 6)]
    [InlineData(195.5, 5)]
    [InlineData(199.2, 1)]
    public void A_nearly_late_short_document_leaves_long_mates_that_padding_would_not_have_let_it_join(double ageMs, int rows)
    {
        WaitingWindow window = Waiting(20, 80, 80, 80, 80, 80);
        PlannedBatch batch = new BatchChooser(Budget, Bound).Next(window, Unpadded, 1, TimeSpan.FromMilliseconds(ageMs));
        Assert.Equal(rows, batch.Shape.Rows);
        Assert.True(batch.Holds(window.Oldest));
    }

    /// <summary>Spread over two, the short one runs beside four long ones. Five take 15.1 ms; the short one and two long ones 7.6, and save
    /// less than two long ones do, which take 6.7; three long ones take 9.9.</summary>
    [Fact]
    public void A_short_mate_that_the_spread_gave_and_that_does_not_pay_is_left_out_first()
    {
        WaitingWindow window = Waiting(250, 10, 250, 250, 250, 250, 250, 250, 250);
        BatchChooser chooser = new(new BatchBudget(64, 4096), Bound);
        Assert.Equal(5, chooser.Next(window, Padding, idleThreads: 2, TimeSpan.Zero).Shape.Rows);
        PlannedBatch batch = chooser.Next(window, Padding, idleThreads: 2, Bound - TimeSpan.FromMilliseconds(8.5));
        Assert.Equal(BatchShape.Of(250, 250), batch.Shape);
    }

    [Fact]
    public void Nothing_to_choose_from_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Choose(new WaitingWindow(4), idle: 1));

    [Fact]
    public void A_document_over_the_budget_is_named_with_the_way_out() =>
        Assert.Contains("513 tokens, but a batch holds 512; raise",
            Assert.Throws<ArgumentException>(() => Choose(Waiting(513), idle: 1)).Message, StringComparison.Ordinal);

    private static PlannedBatch Choose(WaitingWindow window, int idle, bool pads = true) =>
        new BatchChooser(Budget, Bound).Next(window, pads ? Padding : Unpadded, idle, TimeSpan.Zero);

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
