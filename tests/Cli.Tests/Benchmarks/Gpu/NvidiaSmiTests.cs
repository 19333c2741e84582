using Benchmarks.Gpu;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class NvidiaSmiTests
{
    [Fact]
    public void The_driver_is_one_for_all_gpus() => Assert.Equal("580.95.05", NvidiaSmi.ParseDriver("\n580.95.05\n580.95.05\n"));

    [Theory]
    [InlineData("")]
    [InlineData("No devices were found")]
    [InlineData("[N/A]")]
    [InlineData("NVIDIA-SMI has failed because it could not communicate with the driver, version 580.95")]
    public void What_is_no_answer_gives_none(string answer) => Assert.Null(NvidiaSmi.ParseDriver(answer));

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
