using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class CostModelTests
{
    private static readonly BatchCost Truth = new(0.35, 0.15, 0.07, 1.4e-4, 0.7e-4);

    [Fact]
    public void A_model_that_has_seen_nothing_is_not_trusted() => Assert.False(new CostModel().Current.IsTrusted);

    [Fact]
    public void Exact_measurements_are_learned_exactly()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 400, seed: 1);
        Assert.InRange(ErrorOf(model, Truth), 0, 0.005);
        Assert.True(model.Current.IsTrusted);
        Assert.Equal(400, model.Current.Batches);
    }

    /// <summary>5% noise has a mean of 4%; one batch in fifty takes 3 to 10 times as long.</summary>
    [Fact]
    public void Two_hundred_noisy_batches_with_outliers_predict_within_three_percent()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            CostModel model = new();
            Teach(model, Truth, batches: 200, seed, noise: 0.05, outliers: 0.02);
            Assert.InRange(ErrorOf(model, Truth), 0, 0.03);
        }
    }

    [Fact]
    public void The_live_error_is_the_error_of_the_predictions()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 500, seed: 3, noise: 0.05);
        Assert.InRange(model.Current.MeanError, 0.03, 0.055); // mean of |N(0, 0.05)| is 0.04
    }

    [Fact]
    public void A_few_warm_up_batches_suffice_to_be_trusted()
    {
        CostModel model = new();
        Random random = new(4);
        int runs = 0;
        for (int round = 0; round < 2; round++)
        {
            foreach (int[] lengths in ReferenceShapes.WarmUp(512, new BatchBudget(64, 512)))
            {
                BatchShape shape = BatchShape.Of(lengths);
                model.Observe(shape, Truth.Predict(shape) * (0.95 + (0.1 * random.NextDouble())));
                runs++;
            }
        }

        Assert.InRange(runs, 16, 30);
        Assert.True(model.Current.IsTrusted);
        Assert.InRange(ErrorOf(model, Truth), 0, 0.08);
    }

    [Fact]
    public void A_machine_that_becomes_slower_is_followed()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 300, seed: 5, noise: 0.03);
        BatchCost slower = new(Truth.BatchMs * 3, Truth.RowMs * 3, Truth.TokenMs * 3, Truth.CellMs * 3, Truth.SquareMs * 3);
        double before = model.Current.MeanError;
        Teach(model, slower, batches: 20, seed: 6, noise: 0.03);
        Assert.InRange(model.Current.MeanError, 4 * before, 1);
        Teach(model, slower, batches: 200, seed: 7, noise: 0.03);
        Assert.True(model.Current.IsTrusted);
        Assert.InRange(ErrorOf(model, slower), 0, 0.06);
    }

    [Fact]
    public void One_disturbed_batch_hardly_moves_the_prediction()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 300, seed: 8);
        BatchShape shape = BatchShape.Of(36, 44, 56, 64);
        double before = model.Current.Cost.Predict(shape);
        model.Observe(shape, before * 20);
        Assert.InRange(model.Current.Cost.Predict(shape) / before, 0.99, 1.01);
    }

    [Fact]
    public void A_tenth_of_disturbed_batches_moves_the_prediction_by_less_than_a_hundredth()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 1000, seed: 17, noise: 0.02, outliers: 0.1);
        Assert.InRange(ErrorOf(model, Truth), 0, 0.01);
    }

    [Fact]
    public void A_cost_that_no_shape_explains_is_distrusted()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 200, seed: 9);
        Assert.True(model.Current.IsTrusted);
        Random random = new(10);
        for (int i = 0; i < 200; i++) model.Observe(Shape(random), Math.Exp(4 * random.NextDouble()));
        Assert.False(model.Current.IsTrusted);
    }

    /// <summary>
    /// At low load lone documents come, perhaps all alike; what was learned of batches must be there still when load rises. Their weight is
    /// below the smallest number by then.
    /// </summary>
    [Theory]
    [InlineData(20, 60)]
    [InlineData(30, 30)]
    public void What_recent_batches_say_nothing_of_is_not_forgotten(int shortest, int longest)
    {
        CostModel model = new();
        Teach(model, Truth, batches: 300, seed: 11, noise: 0.03);
        Random random = new(12);
        for (int i = 0; i < 200_000; i++)
        {
            int length = random.Next(shortest, longest + 1);
            model.Observe(BatchShape.Lone(length), Truth.PredictAlone(length) * (1 + (0.06 * (random.NextDouble() - 0.5))));
        }

        Assert.InRange(ErrorOf(model, Truth), 0, 0.08);
    }

    [Fact]
    public void No_term_is_ever_below_zero()
    {
        Random random = new(13);
        for (int round = 0; round < 30; round++)
        {
            CostModel model = new();
            for (int i = 0; i < 200; i++)
            {
                BatchShape shape = Shape(random);
                model.Observe(shape, Math.Max(0.01, (shape.Tokens * 0.05) - (shape.Rows * 0.3) + (2 * random.NextDouble())));
                BatchCost cost = model.Current.Cost;
                Assert.All(new[] { cost.BatchMs, cost.RowMs, cost.TokenMs, cost.CellMs, cost.SquareMs }, ms => Assert.InRange(ms, 0, 1e6));
            }
        }
    }

    [Fact]
    public void A_model_goes_on_from_what_an_earlier_one_knew()
    {
        CostModel earlier = new();
        Teach(earlier, Truth, batches: 300, seed: 14, noise: 0.03);
        CostModel later = new(earlier.Current);
        Assert.Equal(earlier.Current, later.Current);
        Teach(later, Truth, batches: 3, seed: 15, noise: 0.03);
        Assert.InRange(ErrorOf(later, Truth), 0, 0.04);
        Assert.True(later.Current.IsTrusted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_time_that_cannot_be_is_refused(double ms) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CostModel().Observe(BatchShape.Lone(8), ms));

    [Fact]
    public void Learning_and_asking_allocate_nothing()
    {
        CostModel model = new();
        Teach(model, Truth, batches: 100, seed: 16);
        BatchShape shape = BatchShape.Of(36, 44, 56, 64);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                model.Observe(shape, 20);
                _ = model.Current;
            }
        }));
    }

    [Fact]
    public void Inference_threads_may_observe_at_once()
    {
        CostModel model = new();
        Parallel.For(0, 4, seed => Teach(model, Truth, batches: 500, seed, noise: 0.03));
        Assert.Equal(2000, model.Current.Batches);
        Assert.InRange(ErrorOf(model, Truth), 0, 0.03);
    }

    private static void Teach(CostModel model, BatchCost truth, int batches, int seed, double noise = 0, double outliers = 0)
    {
        Random random = new(seed);
        for (int i = 0; i < batches; i++)
        {
            BatchShape shape = Shape(random);
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double disturbed = random.NextDouble() < outliers ? 3 + (7 * random.NextDouble()) : 1;
            model.Observe(shape, truth.Predict(shape) * Math.Max(0.5, 1 + (noise * normal)) * disturbed);
        }
    }

    /// <summary>Mean relative error over shapes that a planner would ask for, batches and lone documents.</summary>
    private static double ErrorOf(CostModel model, BatchCost truth)
    {
        Random random = new(99);
        BatchCost learned = model.Current.Cost;
        return Enumerable.Range(0, 500).Select(_ => Shape(random)).Average(shape =>
            Math.Abs(learned.Predict(shape) - truth.Predict(shape)) / truth.Predict(shape));
    }

    private static BatchShape Shape(Random random)
    {
        int longest = (int)Math.Exp(Math.Log(6) + (random.NextDouble() * Math.Log(512 / 6.0)));
        int rows = random.Next(1, Math.Max(2, Math.Min(32, 512 / longest) + 1));
        int shortest = random.Next(3) == 0 ? longest : (int)(longest * (0.7 + (0.3 * random.NextDouble())));
        BatchShape shape = BatchShape.Lone(longest);
        for (int row = 1; row < rows; row++) shape = shape.Plus(random.Next(shortest, longest + 1));
        return shape;
    }
}
