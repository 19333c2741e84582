using Benchmarks;
using Sluice.Inference.Onnx;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class ProbeTests
{
    [Fact]
    public void A_provider_that_cannot_be_had_is_told_whole_with_the_way_to_try_the_benchmark()
    {
        string? missing = Cuda.Fault(CudaFindings.OfThisMachine(), deviceId: 9999); // no machine has so many
        BenchmarkInputException told = Assert.Throws<BenchmarkInputException>(() =>
            GpuBenchmark.Probe(new SessionSettings { Provider = ExecutionProvider.Cuda, DeviceId = 9999 }));
        Assert.Equal($"{missing} --provider cpu tries the benchmark itself.", told.Message);
    }

    [Fact]
    public void One_that_can_be_had_is_not_told() => GpuBenchmark.Probe(new SessionSettings());
}
