using Benchmarks.Gpu;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class OneLineTests
{
    [Fact]
    public void A_short_failure_is_told_whole() =>
        Assert.Equal("InvalidDataException: no such graph", GpuRun.OneLine(new InvalidDataException("no such\ngraph\n")));

    [Fact]
    public void Of_a_long_one_both_ends_are_told()
    {
        string line = GpuRun.OneLine(new InvalidDataException(
            $"Failed to load library {new string('x', 400)} undefined symbol: cudaMallocHost"));
        Assert.StartsWith("InvalidDataException: Failed to load library xxx", line, StringComparison.Ordinal);
        Assert.EndsWith("xxx undefined symbol: cudaMallocHost", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 200, 280);
    }

    [Fact]
    public void Of_a_failure_of_cuda_its_cause_is_told_behind_the_signature()
    {
        string line = GpuRun.OneLine(new InvalidDataException(
            $"Running MatMul {new string('s', 560)} "
            + $"CUDA failure 2: out of memory ; GPU=0 ; {new string('f', 300)}; expr=cudaMalloc(&p, size);"));
        Assert.StartsWith("InvalidDataException: Running MatMul ss", line, StringComparison.Ordinal);
        Assert.Contains("... CUDA failure 2: out of memory ; GPU=0 ; ", line, StringComparison.Ordinal);
        Assert.EndsWith("expr=cudaMalloc(&p, size)", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 200, 290);
    }
}
