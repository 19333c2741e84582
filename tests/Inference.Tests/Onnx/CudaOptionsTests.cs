using Inference.Tests.Simulated;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;

namespace Inference.Tests.Onnx;

/// <summary>What the CUDA provider is told, how its memory is shared out, and what its refusals are.</summary>
public sealed class CudaOptionsTests
{
    private const string Arena = "Available memory of 1024 is smaller than requested bytes of 4096";
    private static readonly CudaDevice H100 = new("NVIDIA H100 80GB HBM3", "9.0", 85_520_809_984);
    private static readonly EngineOptions Bounded = SimulatedGpu.Options with { GpuMemoryBytes = 12_000_000_001 };

    [Fact]
    public void As_others_run_it_the_provider_is_told_its_device_alone() => Assert.Equal(
        new Dictionary<string, string> { ["device_id"] = "3" }, Cuda.OptionsOf(deviceId: 3, memoryBytes: 0, defaults: true));

    [Fact]
    public void For_serving_attention_plans_no_shapes_and_fp32_is_no_less() => Assert.Equal(
        new Dictionary<string, string> { ["device_id"] = "3", ["sdpa_kernel"] = "3", ["use_tf32"] = "0" },
        Cuda.OptionsOf(deviceId: 3, memoryBytes: 0));

    [Fact]
    public void A_bound_beyond_4_GiB_reaches_the_provider_whole() =>
        Assert.Equal("12000000001", Cuda.OptionsOf(deviceId: 0, memoryBytes: 12_000_000_001)["gpu_mem_limit"]);

    [Fact]
    public void What_an_engine_is_set_to_reaches_the_provider()
    {
        SessionSettings served = (Bounded with { DeviceId = 3 }).ToSession();
        Assert.Equal(Cuda.OptionsOf(deviceId: 3, memoryBytes: 12_000_000_001), served.CudaOptions);
        Assert.Equal(Cuda.OptionsOf(deviceId: 3, memoryBytes: 12_000_000_001, defaults: true),
            (served with { ProviderDefaults = true }).CudaOptions);
    }

    [Fact]
    public void A_session_gets_its_share_of_the_bound()
    {
        Assert.Equal(12_000_000_001, Bounded.SharedOutTo(1).ToSession().GpuMemoryBytes);
        Assert.Equal(3_000_000_000, Bounded.SharedOutTo(4).ToSession().GpuMemoryBytes);
        Assert.Equal(0, SimulatedGpu.Options.SharedOutTo(4).ToSession().GpuMemoryBytes);
    }

    /// <summary>The bundle of the tests' data has three students, and no stacked graphs.</summary>
    [Theory]
    [InlineData("teacher", 1)]
    [InlineData("swift", 1)]
    [InlineData("students:1", 2)]
    [InlineData("students:3", 6)]
    public void Sessions_of_a_mode_are_those_of_its_graphs_and_heads(string mode, int sessions)
    {
        Manifest manifest = ManifestReader.Read(Path.Combine(RepositoryRoot.Find(), "tests", "Data", "manifests", "format-1", "mail"));
        Assert.Equal(sessions, EngineFactory.SessionsOf(manifest, Mode.TryParse(mode, Precision.Int8)!, Bounded));
    }

    [Theory]
    [InlineData(Arena)]
    [InlineData("Failed to allocate memory for requested buffer of size 4294967296")]
    [InlineData("CUDA failure 2: out of memory ; GPU=0 ; hostname=x ; expr=cudaMalloc((void**)&p, size);")]
    [InlineData("CUBLAS failure 3: the resource allocation failed ; GPU=0")]
    public void A_GPU_that_has_no_memory_refuses_with_or_without_a_bound(string words)
    {
        OnnxRuntimeException refusal = PackageFailure.Of<OnnxRuntimeException>(words);
        Assert.True(ArenaLimit.Refuses(SimulatedGpu.Options, refusal));
        Assert.True(ArenaLimit.Refuses(Bounded, refusal));
        Assert.False(ArenaLimit.Refuses(new EngineOptions(), refusal)); // a CPU without a bound
        Assert.False(ArenaLimit.Refuses(Bounded, new InvalidOperationException(words)));
    }

    [Theory]
    [InlineData("void onnxruntime::CudaCall(...) [with ERRTYPE = cudaError] CUDA failure 700: an illegal memory access was encountered ; "
        + "GPU=0 ; expr=cudaStreamSynchronize(stream); ",
        "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; expr=cudaStreamSynchronize(stream)")]
    [InlineData("Non-zero status code returned while running Gemm node. Status Message: CUBLAS failure 13: it failed ; GPU=0",
        "CUBLAS failure 13: it failed ; GPU=0")]
    [InlineData("Load model failed.", "Load model failed")]
    public void A_failures_words_are_its_cause_without_the_signature_before_it(string message, string words) =>
        Assert.Equal(words, Cuda.Words(new InvalidOperationException(message)));

    [Fact]
    public void Another_failure_of_a_GPU_is_no_refusal_of_memory() =>
        Assert.False(ArenaLimit.Refuses(Bounded,
            PackageFailure.Of<OnnxRuntimeException>("CUDA failure 700: an illegal memory access was encountered")));

    [Fact]
    public void A_refusal_is_told_by_the_bound_and_by_what_bounds_a_batch()
    {
        OnnxRuntimeException refusal = PackageFailure.Of<OnnxRuntimeException>(Arena);
        string bounded = Told(Bounded), free = Told(SimulatedGpu.Options with { DeviceId = 2 });
        Assert.StartsWith("Sluice:Engine:GpuMemoryBytes is 12000000001 bytes, shared out to the sessions, and within it the model does not "
            + $"run: {refusal.Message.Trim()}. Raise it, or lower Sluice:Batching:MaxTokens", bounded, StringComparison.Ordinal);
        Assert.StartsWith($"GPU 2 has not as much free memory as the model needs: {refusal.Message.Trim()}. Lower "
            + "Sluice:Batching:MaxTokens", free, StringComparison.Ordinal);
        string Told(EngineOptions options) => Assert.Throws<ArenaLimitException>(() =>
            ArenaLimit.Within<int>(options, () => throw refusal)).Message;
    }

    [Fact]
    public void Costs_are_those_of_a_kind_of_GPU_and_of_the_CPU_that_feeds_it_whatever_its_number()
    {
        Assert.Equal("NVIDIA H100 80GB HBM3, compute capability 9.0, 81559 MiB of EPYC", CostWarmup.OfGpu(H100, 1, "EPYC"));
        Assert.Equal(CostWarmup.OfGpu(H100, 0, "EPYC"), CostWarmup.OfGpu(H100, 1, "EPYC"));
        Assert.NotEqual(CostWarmup.OfGpu(H100, 0, "EPYC"), CostWarmup.OfGpu(H100 with { Name = "NVIDIA L4" }, 0, "EPYC"));
        Assert.Equal("GPU 1 of EPYC", CostWarmup.OfGpu(null, 1, "EPYC"));
    }
}
