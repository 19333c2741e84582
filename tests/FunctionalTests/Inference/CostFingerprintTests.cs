using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;

namespace FunctionalTests.Inference;

public sealed class CostFingerprintTests
{
    private readonly EngineOptions _options = new();

    [Fact]
    public void The_same_bundle_is_the_same_origin_wherever_it_lies()
    {
        using var copy = new BundleCopy();
        Assert.Equal(CostWarmup.OriginOf(ModelBundle.Load(Models.Tiny), _options),
            CostWarmup.OriginOf(ModelBundle.Load(copy.Folder), _options));
    }

    /// <summary>The name of the program that made the graph is changed: no contract knows it, so the bundle is good, and another.</summary>
    [Theory]
    [InlineData("teacher.int8.onnx")]
    [InlineData("student.2.int8.onnx")]
    [InlineData("head.1.onnx")]
    [InlineData("swift.fp32.onnx")]
    public void Another_graph_is_another_origin_though_name_and_version_stay(string file)
    {
        using BundleCopy copy = new BundleCopy().Replace(file, "sluice:", "slujce:").Sign(file);
        string before = ModelOf(Models.Tiny), after = ModelOf(copy.Folder);
        Assert.NotEqual(before, after);
        Assert.StartsWith("tiny 1.0.0 ", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_threads_are_another_origin() =>
        Assert.NotEqual(CostWarmup.OriginOf(ModelBundle.Load(Models.Tiny), _options),
            CostWarmup.OriginOf(ModelBundle.Load(Models.Tiny), _options with { IntraOpThreads = 2 }));

    /// <summary>The largest number that may be set, which no machine has: no driver describes it, so the number is told.</summary>
    [Fact]
    public void On_a_GPU_the_origin_is_the_one_that_is_set() =>
        Assert.StartsWith("GPU 63 of ", CostWarmup.OriginOf(ModelBundle.Load(Models.Tiny),
            _options with { Provider = ExecutionProvider.Cuda, DeviceId = 63 }).Machine, StringComparison.Ordinal);

    private string ModelOf(string folder) => CostWarmup.OriginOf(ModelBundle.Load(folder), _options).Model;
}
