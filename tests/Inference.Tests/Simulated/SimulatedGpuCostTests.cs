using Sluice.Inference.Batching;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Simulated;

/// <summary>The cost model learns what a simulated GPU's batches cost, and keeps it.</summary>
public sealed class SimulatedGpuCostTests
{
    private static readonly BatchBudget Budget = new(4096, 65_536);

    [Theory]
    [MemberData(nameof(SimulatedGpuCost.Names), MemberType = typeof(SimulatedGpuCost))]
    public void The_warm_up_alone_teaches_a_simulated_GPUs_costs_within_three_percent(string name)
    {
        BatchCost truth = SimulatedGpuCost.Of(name);
        using SimulatedGpu gpu = new(truth);
        CostModel learned = new();
        CostWarmup.Give(learned, gpu, gpu.Modes[0], Budget, gpu.Clock);
        Assert.True(learned.Current.IsTrusted);
        Assert.InRange(WorstOf(learned.Current.Cost, truth), 0, 0.03);
        Assert.InRange(gpu.Runs.Max(shape => shape.Tokens), Budget.MaxTokens / 4, Budget.MaxTokens);
    }

    /// <summary>Hours of low load, in which tokens are a few hundredths of what is measured, and noise is a tenth: what they cost is
    /// forgotten by as much as that noise, and learned again from the first batches of a backlog, without a moment of distrust.</summary>
    [Theory]
    [MemberData(nameof(SimulatedGpuCost.Names), MemberType = typeof(SimulatedGpuCost))]
    public void What_large_batches_cost_is_known_again_within_twenty_after_hours_of_lone_documents(string name)
    {
        BatchCost truth = SimulatedGpuCost.Of(name);
        using SimulatedGpu gpu = new(truth);
        CostModel learned = new();
        CostWarmup.Give(learned, gpu, gpu.Modes[0], Budget, gpu.Clock);
        Random random = new(1);
        for (int i = 0; i < 50_000; i++) Observe(BatchShape.Lone(random.Next(8, 129)));
        for (int i = 0; i < 20; i++) Observe(BatchShape.Of([.. Enumerable.Range(0, 512).Select(_ => random.Next(8, 129)).Order()]));
        Assert.InRange(WorstOf(learned.Current.Cost, truth, longest: 128), 0, 0.2);

        void Observe(BatchShape shape)
        {
            learned.Observe(shape, truth.Predict(shape) * (1 + (0.1 * (random.NextDouble() - 0.5))));
            Assert.True(learned.Current.IsTrusted);
        }
    }

    [Fact]
    public void A_CPUs_budget_is_warmed_up_with_the_shapes_that_it_was()
    {
        int[][] shapes = [.. ReferenceShapes.WarmUp(512, new BatchBudget(64, 512))];
        Assert.Equal(14, shapes.Length);
        Assert.InRange(shapes.Max(shape => shape.Length * shape.Max()), 0, 1024);
        Assert.Equal(14, ReferenceShapes.WarmUp(512, new BatchBudget(64, 2047)).Count());
    }

    [Fact]
    public void Every_shape_of_the_warm_up_is_within_the_budget()
    {
        foreach (BatchBudget budget in new BatchBudget[] { new(1, 512), new(64, 2048), new(100, 65_536), new(4096, 40_000) })
        {
            Assert.All(ReferenceShapes.WarmUp(SimulatedGpuCost.Longest, budget), lengths =>
            {
                Assert.InRange(lengths.Length, 1, budget.MaxRows);
                Assert.InRange(lengths.Length * lengths.Max(), 1, budget.MaxTokens);
                Assert.InRange(lengths.Min(), 1, SimulatedGpuCost.Longest);
            });
        }
    }

    /// <summary>The largest relative error over batches of equals, from one short document to all that the budget holds.</summary>
    private static double WorstOf(BatchCost learned, BatchCost truth, int longest = SimulatedGpuCost.Longest)
    {
        double worst = 0;
        for (int length = 8; length <= longest; length *= 2)
        {
            for (int rows = 1; rows <= BatchPlanner.MaxRows(Budget, length); rows *= 2)
            {
                BatchShape shape = BatchShape.Of([.. Enumerable.Repeat(length, rows)]);
                worst = double.Max(worst, double.Abs((learned.Predict(shape) / truth.Predict(shape)) - 1));
            }
        }

        return worst;
    }
}
