using Benchmarks.Gpu;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class NvidiaSmiTests
{
    [Fact]
    public void A_gpu_is_read_with_its_memory() => Assert.Equal(
        new GpuState("NVIDIA H100 80GB HBM3", "9.0", "580.95.05", 81559, 1337),
        NvidiaSmi.Parse("NVIDIA H100 80GB HBM3, 9.0, 580.95.05, 81559, 1337\n"));

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found")]
    [InlineData("NVIDIA H100, 9.0, 580.95.05, [N/A], [N/A]")]
    [InlineData("NVIDIA H100, 9.0, 580.95.05, 81559 MiB, 1337 MiB")]
    public void What_is_no_answer_gives_none(string answer) => Assert.Null(NvidiaSmi.Parse(answer));

    [Fact]
    public void A_process_has_what_it_has_on_all_gpus()
    {
        const string Answer = "4711, 600\n4712, 100\n4711, 400\n";
        Assert.Equal(1000, NvidiaSmi.ParseProcess(Answer, 4711));
        Assert.Null(NvidiaSmi.ParseProcess(Answer, 47));
        Assert.Null(NvidiaSmi.ParseProcess("4711, [N/A]\n", 4711));
        Assert.Null(NvidiaSmi.ParseProcess("", 4711));
    }

    [Theory]
    [InlineData("| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |", "13.0")]
    [InlineData("| NVIDIA-SMI 595.45.04    KMD Version: 595.45.04    CUDA UMD Version: 13.2     |", "13.2")]
    [InlineData("NVIDIA-SMI has failed", null)]
    public void The_newest_cuda_stands_in_its_head(string banner, string? expected) => Assert.Equal(expected, NvidiaSmi.ParseCuda(banner));
}
