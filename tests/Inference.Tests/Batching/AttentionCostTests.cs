using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

/// <summary>
/// Attention that pads and attention that does not, told apart by batches that were planned while it was being learned: lone documents and
/// equals say nothing of it.
/// </summary>
public sealed class AttentionCostTests
{
    private static readonly BatchBudget Budget = new(64, 512);
    private static readonly BatchCost Padding = new(1.3, 0.1, 0.155, 2e-4, 0), Unpadded = new(1.3, 0.1, 0.155, 0, 2e-4);

    [Theory]
    [InlineData(true, 0, 0.03)]
    [InlineData(true, 0.9, 0.07)]
    [InlineData(false, 0, 0.03)]
    [InlineData(false, 0.9, 0.07)]
    public void Two_hundred_planned_batches_tell_padded_from_unpadded_attention_though_most_are_lone_documents(bool pads, double lone,
        double error) =>
        AssertLearned(pads, error, (truth, random) => Served(new CostModel(), truth, batches: 200, lone, random));

    /// <summary>What was learned on the same machine with another attention.</summary>
    [Theory]
    [InlineData(true, 0, 0.03)]
    [InlineData(true, 0.9, 0.06)]
    [InlineData(false, 0, 0.03)]
    [InlineData(false, 0.9, 0.06)]
    public void The_wrong_belief_is_unlearned(bool pads, double lone, double error)
    {
        CostSnapshot wrong = new(pads ? Unpadded : Padding, 0.05, 1000, true);
        Assert.InRange(ErrorOfMixed(wrong.Cost, pads ? Padding : Unpadded), 0.08, 1);
        AssertLearned(pads, error, (truth, random) => Served(new CostModel(wrong), truth, batches: 600, lone, random));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_warm_up_tells_them_apart(bool pads) => AssertLearned(pads, 0.04, (truth, random) =>
    {
        CostModel model = new();
        for (int round = 0; round < 2; round++)
        {
            foreach (int[] lengths in ReferenceShapes.WarmUp(512, Budget)) Observe(model, truth, BatchShape.Of(lengths), random);
        }

        return model;
    });

    /// <summary>
    /// Predictions of mixed batches are good, on average of ten runs, and in each the plans by them cost within a hundredth of plans by the
    /// truth.
    /// </summary>
    private static void AssertLearned(bool pads, double error, Func<BatchCost, Random, CostModel> learn)
    {
        BatchCost truth = pads ? Padding : Unpadded;
        BatchCost[] learned = [.. Enumerable.Range(0, 10).Select(seed => learn(truth, new Random(seed)).Current.Cost)];
        Assert.InRange(learned.Average(cost => ErrorOfMixed(cost, truth)), 0, error);
        Assert.All(learned, cost => Assert.InRange(PlannedMs(cost, truth) / PlannedMs(truth, truth), 1 - 1e-9, 1.01));
    }

    /// <summary>What the plans by a belief cost in truth.</summary>
    private static double PlannedMs(BatchCost belief, BatchCost truth)
    {
        Random random = new(98);
        double ms = 0;
        for (int i = 0; i < 10; i++)
        {
            int[] lengths = [.. Enumerable.Range(0, 64).Select(_ => Length(random)).Order()];
            PlanWorkspace workspace = new(lengths.Length);
            foreach (PlannedBatch batch in BatchPlanner.Plan(lengths, Budget, belief, workspace).Batches)
                ms += truth.Predict(batch.Shape);
        }

        return ms;
    }

    /// <summary>Mean relative error over batches of which each holds short and long documents.</summary>
    private static double ErrorOfMixed(BatchCost belief, BatchCost truth)
    {
        Random random = new(99);
        IEnumerable<BatchShape> mixed = Enumerable.Range(0, 500).Select(_ =>
            BatchShape.Of([.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => Length(random))]));
        return mixed.Where(shape => shape.Rows * shape.Longest <= Budget.MaxTokens && shape.Cells > 2 * shape.Squares).Average(shape =>
            Math.Abs((belief.Predict(shape) / truth.Predict(shape)) - 1));
    }

    /// <summary>A model after it served queues as the worker does: by the belief of the moment, learning from each batch.</summary>
    /// <param name="model">Believes, and is taught.</param>
    /// <param name="truth">What batches cost, measured with 5% of noise.</param>
    /// <param name="batches">How many.</param>
    /// <param name="lone">Share of moments in which one document waits; else 2 to 64 do.</param>
    /// <param name="random">Gives the lengths and the noise.</param>
    private static CostModel Served(CostModel model, BatchCost truth, int batches, double lone, Random random)
    {
        BatchChooser chooser = new(Budget, TimeSpan.FromMinutes(1));
        for (int i = 0; i < batches; i++)
        {
            int count = random.NextDouble() < lone ? 1 : random.Next(2, 65);
            LengthBuffer<int> buffer = new(count, long.MaxValue, Budget.MaxTokens);
            for (int document = 0; document < count; document++) buffer.TryAdd(document, Length(random), TimeSpan.FromTicks(document));
            WaitingWindow window = new(count);
            buffer.View(window);
            Observe(model, truth, chooser.Next(window, model.Current, 1, TimeSpan.Zero).Shape, random);
        }

        return model;
    }

    private static void Observe(CostModel model, BatchCost truth, BatchShape shape, Random random)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        model.Observe(shape, truth.Predict(shape) * (1 + (0.05 * normal)));
    }

    private static int Length(Random random) => (int)Math.Exp(Math.Log(6) + (random.NextDouble() * Math.Log(512 / 6.0)));
}
