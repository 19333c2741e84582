using Inference.Tests.Simulated;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Worker.Configuration;
using Sluice.Worker.Startup;

namespace Worker.Tests.Startup;

/// <summary>The budget of a simulated GPU: 0.76 ms a batch and 1 us a token.</summary>
public sealed class BudgetStepTests : IDisposable
{
    private readonly Lines<BudgetStep> _lines = new();
    private readonly SimulatedGpu _gpu = new(SimulatedGpuCost.Packed);

    [Fact]
    public void On_a_CPU_and_where_both_are_given_there_is_nothing_to_find()
    {
        Assert.False(Create(new BatchingOptions(), engine: new EngineOptions()).IsNeeded);
        Assert.False(Create(new BatchingOptions { MaxRows = 64, MaxTokens = 512 }).IsNeeded);
        Assert.True(Create(new BatchingOptions { MaxRows = 64 }).IsNeeded);
        Assert.True(Create(new BatchingOptions { MaxTokens = 512 }).IsNeeded);
    }

    [Fact]
    public void A_simulated_GPU_gets_the_most_that_there_may_be_where_that_takes_a_quarter_of_the_age_bound_at_most() =>
        Finds(new BatchBudget(4096, 65_536), new BatchingOptions(),
            "A batch may hold 4096 documents and 65536 tokens: the heaviest takes 66.3 ms of 250 that it may, "
                + "that is as many as there may be in a batch, or in flight for each inference thread");

    [Fact]
    public void The_age_bound_makes_it_smaller() =>
        Finds(new BatchBudget(2048, 16_384), new BatchingOptions { AgeBound = TimeSpan.FromMilliseconds(80) },
            "17.1 ms of 20 that it may, twice as many would take longer");

    /// <summary>Runs take turns, so a document may wait for a batch of each thread.</summary>
    [Theory]
    [InlineData(1, "66.3 ms of 100 that it may, that is as many", 65_536)]
    [InlineData(2, "66.3 ms of 75 that it may, that is as many", 65_536)]
    [InlineData(4, "33.5 ms of 50 that it may, twice as many would take longer", 32_768)]
    public void The_share_of_the_age_bound_is_smaller_with_more_inference_threads(int threads, string told, int tokens) =>
        Finds(new BatchBudget(4096, tokens), new BatchingOptions { AgeBound = TimeSpan.FromMilliseconds(300) }, told,
            new PipelineOptions
            {
                IsOnGpu = true, InferenceCallers = threads, MaxDocumentsInFlight = 1_000_000, MaxTokensInFlight = 100_000_000,
            });

    [Fact]
    public void Where_the_least_is_too_slow_it_is_taken_and_that_is_told() =>
        Finds(new BatchBudget(64, 512), new BatchingOptions { AgeBound = TimeSpan.FromMilliseconds(4) },
            "1.3 ms of 1 that it may, that is as few as there must be, though they take longer");

    [Fact]
    public void What_may_be_in_flight_makes_it_smaller() =>
        Finds(new BatchBudget(1000, 8192), new BatchingOptions(), "that is as many as there may be in a batch, or in flight",
            new PipelineOptions { IsOnGpu = true, MaxDocumentsInFlight = 4000, MaxTokensInFlight = 32_768 });

    [Fact]
    public void A_number_that_is_given_stays()
    {
        Finds(new BatchBudget(7, 65_536), new BatchingOptions { MaxRows = 7 }, "as many as there may be");
        Finds(new BatchBudget(4096, 2000), new BatchingOptions { MaxTokens = 2000 }, "as many as there may be");
    }

    [Fact]
    public void Without_memory_for_the_least_the_start_ends_by_the_settings()
    {
        using SimulatedGpu small = new(SimulatedGpuCost.Packed, memoryBytes: 5000);
        BudgetStep step = Create(new BatchingOptions(), engine: SimulatedGpu.Options with { GpuMemoryBytes = 1L << 30 }, gpu: small);
        string told = Assert.Throws<ArenaLimitException>(() => step.Find(small, new BatchBudget(64, 512))).Message;
        Assert.StartsWith("Sluice:Engine:GpuMemoryBytes is 1073741824 bytes", told, StringComparison.Ordinal);
        Assert.Contains("Sluice:Batching:MaxTokens", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_makes_it_smaller_and_that_is_told()
    {
        using SimulatedGpu small = new(SimulatedGpuCost.Packed, memoryBytes: 10_000L * SimulatedGpu.BytesAToken);
        Assert.Equal(new BatchBudget(1024, 8192), Create(new BatchingOptions(), gpu: small).Find(small, new BatchBudget(64, 512)));
        Assert.EndsWith("for twice as many the GPU has no memory", Assert.Single(_lines.Seen), StringComparison.Ordinal);
    }

    public void Dispose() => _gpu.Dispose();

    private void Finds(BatchBudget budget, BatchingOptions batching, string told, PipelineOptions? pipeline = null)
    {
        Assert.Equal(budget, Create(batching, pipeline).Find(_gpu, batching.Least));
        Assert.Contains(told, _lines.Seen[^1], StringComparison.Ordinal);
    }

    private BudgetStep Create(BatchingOptions batching, PipelineOptions? pipeline = null, EngineOptions? engine = null,
        SimulatedGpu? gpu = null) => new(new ModelOptions { Precision = Sluice.Inference.Modes.Precision.Fp32 }, batching,
            pipeline ?? new PipelineOptions { IsOnGpu = true }, engine ?? SimulatedGpu.Options, (gpu ?? _gpu).Clock, _lines);
}
