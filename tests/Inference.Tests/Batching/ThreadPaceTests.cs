using Sluice.Inference.Batching;

namespace Inference.Tests.Batching;

public sealed class ThreadPaceTests
{
    private static readonly BatchCost Truth = new(0.35, 0.15, 0.07, 1.4e-4, 0.7e-4);
    private static readonly BatchShape Shape = BatchShape.Of(36, 44, 56, 64);
    private readonly CostModel _all = new();

    public ThreadPaceTests()
    {
        Random random = new(1);
        Teach(400, random, (shape, _) => _all.Observe(shape, Truth.Predict(shape)));
    }

    [Fact]
    public void An_inference_thread_that_has_run_nothing_believes_what_all_have_taught() =>
        Assert.Equal(_all.Current, new ThreadPace(_all).Current);

    [Fact]
    public void Two_thirds_of_a_slowdown_are_followed_within_three_batches_by_its_inference_thread_alone()
    {
        ThreadPace slow = new(_all), other = new(_all);
        for (int batch = 0; batch < 3; batch++) slow.Observe(Shape, 1.4 * Truth.Predict(Shape));
        Assert.InRange(slow.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 1.25, 1.4);
        Assert.InRange(other.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 1, 1.02);
    }

    [Fact]
    public void A_pace_is_of_every_shape_alike()
    {
        ThreadPace slow = new(_all);
        for (int batch = 0; batch < 5; batch++) slow.Observe(BatchShape.Lone(20), 1.4 * Truth.PredictAlone(20));
        BatchCost usual = _all.Current.Cost, own = slow.Current.Cost;
        Assert.NotEqual(usual, own);
        Assert.Equal(own.PredictAlone(20) / usual.PredictAlone(20), own.Predict(Shape) / usual.Predict(Shape), 1e-9);
    }

    [Fact]
    public void Two_inference_threads_of_which_one_is_slower_are_both_predicted_well_and_their_model_stays_trusted()
    {
        ThreadPace[] threads = [new(_all), new(_all)];
        Random random = new(2);
        Teach(400, random, (shape, batch) =>
        {
            double noise = 1 + (0.06 * (random.NextDouble() - 0.5));
            threads[batch % 2].Observe(shape, (batch % 2 == 0 ? 1 : 1.45) * noise * Truth.Predict(shape));
        });
        Assert.InRange(_all.Current.MeanError, 0, 0.03);
        Assert.True(_all.Current.IsTrusted);
        Assert.InRange(threads[1].Current.Cost.Predict(Shape) / threads[0].Current.Cost.Predict(Shape), 1.35, 1.55);
    }

    [Fact]
    public void One_disturbed_batch_moves_the_pace_by_an_eighth_and_is_forgotten()
    {
        ThreadPace thread = new(_all);
        thread.Observe(Shape, 50 * Truth.Predict(Shape));
        Assert.InRange(thread.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 1.1, 1.13);
        for (int batch = 0; batch < 8; batch++) thread.Observe(Shape, Truth.Predict(Shape));
        Assert.InRange(thread.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 0.99, 1.02);
    }

    /// <summary>The paces are right at once, and must not keep the model of all from learning.</summary>
    [Fact]
    public void A_machine_that_becomes_three_times_slower_is_predicted_within_a_dozen_batches_of_each_inference_thread_and_learned_by_all()
    {
        ThreadPace[] threads = [new(_all), new(_all)];
        Random random = new(3);
        Teach(24, random, Slowly);
        Assert.All(threads, thread => Assert.InRange(thread.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 2.7, 3.3));
        Teach(300, random, Slowly);
        Assert.InRange(_all.Current.Cost.Predict(Shape) / Truth.Predict(Shape), 2.8, 3.1);

        void Slowly(BatchShape shape, int batch) => threads[batch % 2].Observe(shape, 3 * Truth.Predict(shape));
    }

    [Fact]
    public void A_time_that_cannot_be_is_refused_and_changes_nothing()
    {
        ThreadPace thread = new(_all);
        Assert.Throws<ArgumentOutOfRangeException>(() => thread.Observe(Shape, 0));
        Assert.Equal(_all.Current, thread.Current);
    }

    [Fact]
    public void Learning_and_asking_allocate_nothing()
    {
        ThreadPace thread = new(_all);
        thread.Observe(Shape, 20);
        _ = thread.Current;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                thread.Observe(Shape, 20);
                _ = thread.Current;
            }
        }));
    }

    private static void Teach(int batches, Random random, Action<BatchShape, int> run)
    {
        for (int batch = 0; batch < batches; batch++) run(BatchShape.Of([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            random.Next(4, 120))]), batch);
    }
}
