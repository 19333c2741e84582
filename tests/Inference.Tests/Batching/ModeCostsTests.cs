using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Inference.Tests.Batching;

public sealed class ModeCostsTests
{
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);
    private readonly CostModels _known = new(new CostFingerprint("machine", "runtime", "model"));

    [Fact]
    public void What_a_thread_learns_of_a_mode_is_known_of_that_mode_alone()
    {
        ModeCosts costs = Create();
        var mine = costs.ForThread();
        mine[Teacher].Observe(BatchShape.Lone(8), 3);
        Assert.Equal((1, 0), (costs[Teacher].Current.Batches, costs[Swift].Current.Batches));
        Assert.Same(_known[new CostKey("teacher", Precision.Int8, 2)], costs[Teacher]);
        Assert.NotSame(mine[Teacher], costs.ForThread()[Teacher]);
    }

    [Fact]
    public void Costs_are_kept_under_the_name_that_a_mode_comes_with() => Assert.Same(
        _known[new CostKey("swift in another way", Precision.Int8, 2)],
        new ModeCosts(_known, [(Swift, "swift in another way")], concurrency: 2)[Swift]);

    [Fact]
    public void A_mode_that_is_not_loaded_is_refused_by_name() => Assert.StartsWith("students:2 (int8) is not loaded",
        Assert.Throws<ArgumentException>(() => Create()[Mode.Students(2, Precision.Int8)]).Message, StringComparison.Ordinal);

    [Fact]
    public void Looking_a_mode_up_allocates_nothing_though_it_is_another_instance_of_an_equal_value()
    {
        var mine = Create().ForThread();
        Mode swift = Mode.Swift(Precision.Int8);
        double sum = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int time = 0; time < 1000; time++) sum += mine[time % 2 == 0 ? Teacher : swift].Current.Cost.BatchMs;
        }));
        Assert.True(sum > 0);
    }

    private ModeCosts Create() => new(_known, [(Teacher, Teacher.Name), (Swift, Swift.Name)], concurrency: 2);
}
