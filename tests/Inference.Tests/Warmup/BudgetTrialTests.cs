using Inference.Tests.Simulated;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Warmup;

/// <summary>What a batch may hold, found on a simulated GPU.</summary>
public sealed class BudgetTrialTests
{
    private static readonly BatchBudget Least = new(64, 512), Most = new(4096, 65_536);

    /// <summary>0.76 ms and 1 us a token: 65,536 tokens take 66.3 ms, 16,384 take 17.1, 32,768 take 33.5.</summary>
    [Theory]
    [InlineData(250, 4096, 65_536, BudgetBound.Most)]
    [InlineData(50, 4096, 32_768, BudgetBound.Age)]
    [InlineData(20, 2048, 16_384, BudgetBound.Age)]
    [InlineData(0.5, 64, 512, BudgetBound.Age)]
    public void On_a_simulated_GPU_the_age_bound_gives_the_budget(double limitMs, int rows, int tokens, object bound)
    {
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed);
        FoundBudget found = Find(gpu, limitMs)!.Value;
        Assert.Equal((new BatchBudget(rows, tokens), (BudgetBound)bound), (found.Budget, found.Bound));
        Assert.Equal(0.76 + (tokens / 1000.0), found.Ms, 0.001);
    }

    [Theory]
    [InlineData(20_000, 16_384)]
    [InlineData(1024, 1024)]
    [InlineData(1023, 512)]
    public void On_a_simulated_GPU_memory_gives_the_budget(int tokensThatFit, int tokens)
    {
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed, (long)tokensThatFit * SimulatedGpu.BytesAToken);
        FoundBudget found = Find(gpu, limitMs: 250)!.Value;
        Assert.Equal((tokens, BudgetBound.Memory), (found.Budget.MaxTokens, found.Bound));
    }

    [Fact]
    public void Without_memory_for_the_least_the_refusal_is_kept()
    {
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed, memoryBytes: 1000);
        BudgetTrial trial = Create(gpu);
        Assert.Null(trial.Milliseconds(Least));
        Assert.Contains("Available memory of 1000", trial.Refused?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dearest_mode_counts()
    {
        Mode dear = Mode.Students(3, Precision.Fp32);
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed)
        {
            Modes = [Mode.Teacher(Precision.Fp32), Mode.Students(1, Precision.Fp32), dear],
        };
        gpu.Dearer[dear] = 3;
        Assert.Equal(3 * 1.272, Create(gpu).Milliseconds(Least)!.Value, 0.001);
    }

    [Fact]
    public void Each_of_the_heaviest_batches_runs_twice_and_the_faster_counts()
    {
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed);
        Create(gpu).Milliseconds(Least);
        BatchShape longest = BatchShape.Lone(512), most = BatchShape.Of([.. Enumerable.Repeat(8, 64)]);
        Assert.Equal([longest, longest, most, most], gpu.Runs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_no_refusal_of_memory_comes_out_as_it_is(int run)
    {
        int runs = 0;
        OnnxRuntimeException fault = PackageFailure.Of<OnnxRuntimeException>("CUDNN failure 1: not initialized");
        using SimulatedGpu gpu = new(SimulatedGpuCost.Packed) { Fault = _ => ++runs == run ? fault : null };
        Assert.Same(fault, Assert.Throws<OnnxRuntimeException>(() => Create(gpu).Milliseconds(Least)));
    }

    private static FoundBudget? Find(SimulatedGpu gpu, double limitMs)
    {
        BudgetTrial trial = Create(gpu);
        return BudgetSearch.Largest(BudgetSearch.Steps(Least, Most).Select(one => (one, trial.Milliseconds(one))), limitMs);
    }

    private static BudgetTrial Create(SimulatedGpu gpu) => new(gpu, gpu.Modes, SimulatedGpu.Options, gpu.Clock);
}
