using Sluice.Inference.Onnx;

namespace Inference.Tests.Onnx;

/// <summary>What is told where CUDA is asked for and something is missing: one thing at a time, with the way out.</summary>
public sealed class CudaTests
{
    [Fact]
    public void A_build_for_the_CPU_says_how_to_make_the_other() =>
        Says(new CudaFindings(HasProvider: false), "this build has ONNX Runtime for the CPU only", "-p:Gpu=true", "SLUICE_GPU=1");

    [Fact]
    public void A_machine_without_a_driver_names_its_library() => Says(new CudaFindings(true), "no NVIDIA driver", "libcuda.so.1");

    [Fact]
    public void A_driver_that_finds_no_GPU_says_so() => Says(new CudaFindings(true, Devices: 0), "finds no GPU", "CUDA_VISIBLE_DEVICES");

    [Theory]
    [InlineData("libcublas.so.13", "install CUDA 13,")]
    [InlineData("libcudnn.so.9", "install cuDNN 9 for CUDA 13,")]
    public void A_missing_library_is_named_with_what_brings_it(string library, string package) =>
        Says(new CudaFindings(true, Devices: 1, library), library, package, "LD_LIBRARY_PATH");

    [Theory]
    [InlineData(1, 1, "one GPU, whose number is 0")]
    [InlineData(4, 7, "4 GPUs, 0 to 3")]
    public void A_GPU_that_is_not_there_is_refused_with_those_that_are(int devices, int asked, string has)
    {
        string? fault = Cuda.Fault(new CudaFindings(true, devices, "libcudnn.so.9"), asked);
        Assert.Contains($"Sluice:Engine:DeviceId is {asked}, but this machine has {has}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_is_there_nothing_is_said() => Assert.Null(Cuda.Fault(new CudaFindings(true, Devices: 2), deviceId: 1));

    private static void Says(CudaFindings found, params string[] words)
    {
        string? fault = Cuda.Fault(found, deviceId: 0);
        Assert.StartsWith("Sluice:Engine:Provider is Cuda, but", fault, StringComparison.Ordinal);
        Assert.EndsWith("or set Sluice:Engine:Provider to Cpu.", fault, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, fault, StringComparison.Ordinal));
    }
}
