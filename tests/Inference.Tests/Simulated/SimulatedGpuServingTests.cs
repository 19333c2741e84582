using Inference.Tests.Batching;
using Sluice.Inference.Batching;

namespace Inference.Tests.Simulated;

/// <summary>Traffic on a simulated GPU, whose batches follow one another: on a clock of its own, by the tables of
/// <see cref="SimulatedGpuCost"/>.</summary>
public sealed class SimulatedGpuServingTests
{
    private const int UsualRows = 16;
    private static readonly BatchBudget Budget = new(4096, 16_384);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    [Theory]
    [MemberData(nameof(SimulatedGpuCost.Names), MemberType = typeof(SimulatedGpuCost))]
    public void A_backlog_fills_batches_of_the_simulated_GPU_up_to_the_budget(string name)
    {
        QueueSimulation simulation = Planned(SimulatedGpuCost.Of(name)).Run([.. Enumerable.Repeat((0.0, 64), 2048)]);
        Assert.Equal(Enumerable.Repeat(BatchShape.Of([.. Enumerable.Repeat(64, 256)]), 8), simulation.Batches);
    }

    /// <summary>The window holds as many documents as a batch may: with 512 of 8 tokens a quarter of the budget would stay empty.</summary>
    [Fact]
    public void A_batch_of_short_documents_on_the_simulated_GPU_is_not_bounded_by_what_a_plan_looks_at()
    {
        WaitingQueue<int> queue = new(8192, long.MaxValue, SimulatedGpuCost.Longest, Budget, Bound);
        for (int i = 0; i < 2048; i++) queue.TryAdd(i, 8, TimeSpan.Zero);
        PlannedBatch batch = queue.Plan(SimulatedGpuCost.Known(SimulatedGpuCost.Small), idleThreads: 1, TimeSpan.Zero);
        Assert.Equal(Budget.MaxTokens / 8, batch.Shape.Rows);
    }

    [Fact]
    public void Lone_documents_run_at_once_on_the_simulated_GPU() =>
        Assert.All(Planned(SimulatedGpuCost.Packed).Run([.. Enumerable.Range(0, 500).Select(i => (i * 5.0, 1 + (i % 512)))]).Waits, wait =>
            Assert.Equal(0, wait));

    /// <summary>One thread waits beside the one that asks: on two cores each would take a half.</summary>
    [Fact]
    public void What_waits_is_not_spread_over_idle_threads_where_the_simulated_GPU_runs_one_batch_after_another()
    {
        WaitingQueue<int> queue = new(100, long.MaxValue, SimulatedGpuCost.Longest, Budget, Bound);
        for (int i = 0; i < 10; i++) queue.TryAdd(i, 512, TimeSpan.Zero);
        CostSnapshot known = SimulatedGpuCost.Known(SimulatedGpuCost.Packed);
        Assert.Equal(5, queue.Plan(known, idleThreads: 2, TimeSpan.Zero).Shape.Rows);
        Assert.Equal(10, queue.Plan(known, idleThreads: 1, TimeSpan.Zero).Shape.Rows);
    }

    [Theory]
    [InlineData("packed", 0.5)]
    [InlineData("packed", 0.9)]
    [InlineData("padding", 0.9)]
    [InlineData("small", 0.9)]
    public void No_document_is_late_on_the_simulated_GPU_while_load_is_below_its_capacity(string name, double load)
    {
        BatchCost cost = SimulatedGpuCost.Of(name);
        QueueSimulation simulation = Planned(cost).Run(QueueSimulation.Poisson(20_000, load * Capacity(cost), seed: 2));
        Assert.InRange(simulation.Ages.Max(), 0, Bound.TotalMilliseconds);
    }

    /// <summary>A bound of 8 ms, and batches of up to 17: mates are left out near it.</summary>
    [Fact]
    public void Mates_that_would_make_the_oldest_late_on_the_simulated_GPU_are_left_out()
    {
        BatchChooser chooser = new(Budget, TimeSpan.FromMilliseconds(8));
        CostSnapshot known = SimulatedGpuCost.Known(SimulatedGpuCost.Packed);
        QueueSimulation simulation = new QueueSimulation(known.Cost, 1, (window, idle, now) => chooser.Next(window, known, idle, now),
            windowSize: Budget.MaxRows).Run([.. Enumerable.Repeat((0.0, 64), 200)]);
        Assert.InRange(known.Cost.Predict(simulation.Batches[0]), 7.9, 8);
    }

    /// <summary>More comes than any policy can do. Batches of 16, padded to the longest, is what is usually served: in order of coming, or
    /// of length among 512 that wait. Planned batches are packed.</summary>
    [Theory]
    [InlineData("packed", 1.6, 2.2)]
    [InlineData("padding", 1.5, 2.5)]
    [InlineData("small", 3, 1.5)]
    public void Planned_batches_do_more_than_sorted_ones_and_those_more_than_first_come_on_the_simulated_GPU(string name, double planned,
        double sorted)
    {
        BatchCost cost = SimulatedGpuCost.Of(name);
        List<(double Ms, int Length)> arrivals = QueueSimulation.Poisson(20_000, 1.2 * Capacity(cost), seed: 3);
        double plannedMs = Planned(cost).Run(arrivals).EndMs, sortedMs = Sorted(cost).Run(arrivals).EndMs,
            firstComeMs = FirstComeMs(cost, arrivals);
        Assert.InRange(sortedMs / plannedMs, planned, double.PositiveInfinity);
        Assert.InRange(firstComeMs / sortedMs, sorted, double.PositiveInfinity);
    }

    private static QueueSimulation Planned(BatchCost cost)
    {
        BatchChooser chooser = new(Budget, Bound);
        CostSnapshot known = SimulatedGpuCost.Known(cost);
        return new QueueSimulation(cost, 1, (window, idle, now) => chooser.Next(window, known, idle, now), windowSize: Budget.MaxRows);
    }

    private static QueueSimulation Sorted(BatchCost cost) => new(cost, 1, (window, _, _) =>
    {
        int start = window.Oldest / UsualRows * UsualRows, end = int.Min(start + UsualRows, window.Count);
        return new PlannedBatch(start, Padded(end - start, window.Lengths[end - 1]), 0);
    });

    private static double FirstComeMs(BatchCost cost, List<(double Ms, int Length)> arrivals)
    {
        double now = 0;
        for (int next = 0; next < arrivals.Count;)
        {
            now = double.Max(now, arrivals[next].Ms);
            int rows = 0, longest = 0;
            for (; rows < UsualRows && next < arrivals.Count && arrivals[next].Ms <= now; next++, rows++)
                longest = int.Max(longest, arrivals[next].Length);
            now += cost.Predict(Padded(rows, longest));
        }

        return now;
    }

    private static BatchShape Padded(int rows, int longest) => BatchShape.Of([.. Enumerable.Repeat(longest, rows)]);

    /// <summary>Documents a millisecond that planned batches of a deep queue do.</summary>
    private static double Capacity(BatchCost cost)
    {
        const int Documents = 8000;
        return Documents / Planned(cost).Run([.. QueueSimulation.Poisson(Documents, 1, seed: 1).Select(one => (0.0, one.Length))]).EndMs;
    }
}
