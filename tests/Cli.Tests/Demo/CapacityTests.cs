using Sluice.Cli.Demo.Replay;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;

namespace Cli.Tests.Demo;

public sealed class CapacityTests
{
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);

    [Fact]
    public void Threads_that_take_as_long_as_was_learned_label_so_many()
    {
        Assert.Equal(2 * 1000 / 30.0, Capacity.Of(TenBy("teacher"), Costs(), Teacher, threads: 2, measuredMs: 300), 6);
        Assert.Equal(2 * 1000 / 3.0, Capacity.Of(TenBy("teacher"), Costs(), Swift, threads: 2, measuredMs: 300), 6);
    }

    [Fact]
    public void A_machine_that_others_slow_down_is_taken_to_be_slow_in_every_mode() // the warm-up by swift took four times as long
        => Assert.Equal(2 * 1000 / 120.0, Capacity.Of(TenBy("swift"), Costs(), Teacher, threads: 2, measuredMs: 120), 6);

    [Fact]
    public void A_machine_that_was_faster_for_a_moment_is_not_trusted() =>
        Assert.Equal(2 * 1000 / 30.0, Capacity.Of(TenBy("teacher"), Costs(), Teacher, threads: 2, measuredMs: 100), 6);

    [Fact]
    public void Where_batches_are_cheaper_than_lone_documents_they_are_taken() =>
        Assert.Equal(1000 * 10 / 70.0, Capacity.Of(TenBy("teacher"), Costs(batchMs: 50, tokenMs: 0.02), Teacher, threads: 1,
            measuredMs: 10), 6);

    private static Outcome[] TenBy(string mode) =>
        [.. Enumerable.Range(0, 10).Select(index => new Outcome($"{index}", "ham", "ham", null, 100, false, 0, 1) { Mode = mode })];

    private static ModeCosts Costs(double batchMs = 0, double tokenMs = 0.3)
    {
        var known = new CostModels(new CostFingerprint("machine", "runtime", "model"));
        Add("teacher", 1);
        Add("swift", 0.1);
        return new ModeCosts(known, [(Teacher, "teacher"), (Swift, "swift")], concurrency: 2);

        void Add(string name, double share) => known.TryAdd(new CostKey(name, Precision.Int8, 2),
            new CostSnapshot(new BatchCost(share * batchMs, 0, share * tokenMs, 0, 0), 0.05, 1000, true));
    }
}
