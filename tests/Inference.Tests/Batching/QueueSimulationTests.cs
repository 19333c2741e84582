using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>The chooser over minutes of traffic, on a clock of its own.</summary>
public sealed class QueueSimulationTests
{
    private const int Threads = 2;
    private const double BoundMs = 200;

    /// <summary>About what a small model's batches cost on one core where attention pads.</summary>
    private static readonly BatchCost Cost = new(0.08, 0.02, 0.007, 2e-5, 0);

    /// <summary>The same where it does not: what bounds a batch is the budget.</summary>
    private static readonly BatchCost Unpadded = new(0.08, 0.02, 0.007, 0, 2e-5);

    private static readonly BatchChooser Chooser = new(new BatchBudget(64, 512), TimeSpan.FromMilliseconds(BoundMs));

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(0.7, true)]
    [InlineData(0.9, true)]
    [InlineData(0.3, false)]
    [InlineData(0.7, false)]
    [InlineData(0.9, false)]
    public void No_document_is_late_while_load_is_below_capacity(double load, bool pads)
    {
        QueueSimulation simulation = Planned(CostOf(pads)).Run(Arrivals(load, seed: 1));
        Assert.InRange(simulation.Ages.Max(), 0, BoundMs);
    }

    /// <summary>One batch could hold them all, and would be cheapest.</summary>
    [Fact]
    public void Documents_that_come_at_once_to_idle_inference_threads_keep_all_of_them_busy()
    {
        QueueSimulation simulation = Planned(Unpadded).Run([.. Enumerable.Repeat((0.0, 40), 10)]);
        Assert.Equal([BatchShape.Of(40, 40, 40, 40, 40), BatchShape.Of(40, 40, 40, 40, 40)], simulation.Batches);
        Assert.Equal(Unpadded.Predict(simulation.Batches[0]), simulation.EndMs, 1e-6);
    }

    /// <summary>A larger batch keeps its first document longer; under load it pays that back to all.</summary>
    [Theory]
    [InlineData(0.7, 1.1)]
    [InlineData(0.95, 0.8)]
    public void Batches_that_padding_does_not_bound_keep_documents_no_longer_than_lone_ones(double load, double most)
    {
        List<(double Ms, int Length)> arrivals = Arrivals(load, seed: 6);
        double alone = new QueueSimulation(Unpadded, Threads, (window, _, _) => Alone(window)).Run(arrivals).Ages.Average();
        Assert.InRange(Planned(Unpadded).Run(arrivals).Ages.Average(), 0, most * alone);
    }

    /// <summary>
    /// A flood of short documents, whose batches are the cheapest there are, and a long one now and then: a policy that runs the best batch
    /// first would never come to it.
    /// </summary>
    [Fact]
    public void No_length_starves_under_a_flood_of_another()
    {
        List<(double Ms, int Length)> flood = [.. Enumerable.Range(0, 20_000).Select(i => (i * 0.01, i % 1000 == 500 ? 512 : 6))];
        QueueSimulation simulation = Planned().Run(flood);
        double[] waitsOf(int length) => [.. simulation.Waits.Where((_, i) => simulation.Lengths[i] == length)];
        double roundMs = simulation.Batches.Where(batch => batch.Longest == 6).Max(Cost.Predict);
        Assert.InRange(waitsOf(512).Max(), 0, waitsOf(6).Max() + 1);
        Assert.All(Enumerable.Range(0, flood.Count).Where(i => flood[i].Length == 512), i =>
            Assert.InRange(simulation.Waits[i], 0,
                simulation.Waits[(i - 20)..i].Concat(simulation.Waits[(i + 1)..(i + 20)]).Max() + roundMs));
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.2)]
    public void Every_batch_holds_the_document_that_has_waited_longest(double load)
    {
        QueueSimulation simulation = Planned().Run(Arrivals(load, seed: 3));
        int oldest = 0;
        for (int batch = 0; batch < simulation.Batches.Count; batch++)
        {
            while (simulation.BatchOf[oldest] < batch) oldest++;
            Assert.Equal(batch, simulation.BatchOf[oldest]);
        }
    }

    /// <summary>Were a batch ever held back to fill, lone documents would show it.</summary>
    [Fact]
    public void A_document_that_comes_to_idle_inference_threads_starts_at_once() =>
        Assert.All(Planned().Run([.. Enumerable.Range(0, 500).Select(i => (i * 100.0, 1 + (i % 512)))]).Waits, wait =>
            Assert.Equal(0, wait));

    [Theory]
    [InlineData(0.95)]
    [InlineData(3)]
    public void Under_load_more_is_done_than_one_by_one(double load)
    {
        List<(double Ms, int Length)> arrivals = Arrivals(load, seed: 4);
        double alone = new QueueSimulation(Cost, Threads, (window, _, _) => Alone(window)).Run(arrivals).EndMs;
        Assert.InRange(Planned().Run(arrivals).EndMs, 0, load > 1 ? 0.92 * alone : alone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_backlog_is_cleared_within_three_percent_of_the_whole_plan(bool pads)
    {
        BatchCost cost = CostOf(pads);
        List<(double Ms, int Length)> backlog = [.. Arrivals(1, seed: 5).Select(a => (0.0, a.Length)).Take(2000)];
        double planned = PlanCase.MsOf(BatchPlanner.Plan([.. backlog.Select(a => a.Length).Order()], new BatchBudget(64, 512), cost,
            new PlanWorkspace(2000)));
        Assert.InRange(Planned(cost).Run(backlog).EndMs, 0, 1.03 * planned / Threads);
    }

    private static BatchCost CostOf(bool pads) => pads ? Cost : Unpadded;

    private static QueueSimulation Planned() => Planned(Cost);

    private static QueueSimulation Planned(BatchCost cost)
    {
        CostSnapshot known = new(cost, 0.03, 1000, true);
        return new QueueSimulation(cost, Threads, (window, idle, now) => Chooser.Next(window, known, idle, now), windowSize: 256);
    }

    private static PlannedBatch Alone(WaitingWindow window)
    {
        int length = window.Lengths[window.Oldest];
        return new PlannedBatch(window.Oldest, BatchShape.Lone(length), 0);
    }

    /// <summary>Load is in parts of what both inference threads can do with planned batches of a deep queue.</summary>
    private static List<(double Ms, int Length)> Arrivals(double load, int seed)
    {
        const double PlannedMs = 0.55;
        return QueueSimulation.Poisson(6000, load * Threads / PlannedMs, seed);
    }
}
