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
    public void A_driver_that_finds_no_GPU_says_so() =>
        Says(new CudaFindings(true, new CudaDriver(0)), "finds no GPU", "CUDA_VISIBLE_DEVICES");

    [Theory]
    [InlineData(100, "finds no GPU", "CUDA_VISIBLE_DEVICES")] // how CUDA_VISIBLE_DEVICES= is answered
    [InlineData(34, "the NVIDIA driver refuses: CUDA_ERROR_STUB_LIBRARY (34)", "Take the folder stubs from LD_LIBRARY_PATH")]
    [InlineData(802, "the NVIDIA driver refuses: CUDA_ERROR_SYSTEM_NOT_READY (802)", "nvidia-fabricmanager")]
    [InlineData(803, "the NVIDIA driver refuses: CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)", "Restart the machine")]
    [InlineData(804, "the NVIDIA driver refuses: CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE (804)", "cuda-compat")]
    [InlineData(999, "the NVIDIA driver refuses: CUDA_ERROR_UNKNOWN (999)", "nvidia-uvm")]
    [InlineData(3, "the NVIDIA driver refuses: error 3 (CUresult of cuda.h)", "nvidia-smi")]
    public void A_driver_that_refuses_is_told_by_number_and_name(int error, string what, string wayOut) =>
        Says(new CudaFindings(true, new CudaDriver(0, 12040, error)), what, wayOut);

    [Theory]
    [InlineData(12090, "12.9")]
    [InlineData(11080, "11.8")]
    public void A_driver_that_is_older_than_CUDA_13_says_which_it_knows(int version, string told) =>
        Says(new CudaFindings(true, new CudaDriver(1, version)), $"the NVIDIA driver knows CUDA {told}, ", "needs CUDA 13", "newer driver");

    [Theory]
    [InlineData(0)] // it does not say
    [InlineData(13000)]
    [InlineData(14010)]
    public void A_driver_that_knows_CUDA_13_is_good(int version) =>
        Assert.Null(Cuda.Fault(new CudaFindings(true, new CudaDriver(1, version)), deviceId: 0));

    [Fact]
    public void A_driver_s_library_that_cannot_be_used_says_why() =>
        Says(new CudaFindings(true, new CudaDriver(0, Unusable: "it has no cuInit")), "libcuda.so.1", "cannot be used: it has no cuInit. ",
            "LD_LIBRARY_PATH");

    [Fact]
    public void No_driver_at_all_is_not_one_that_does_not_load()
    {
        Assert.Null(CudaDriver.Ask("libno-such-driver.so.1"));
        string broken = Path.GetTempFileName();
        File.WriteAllText(broken, "no library");
        string? why = CudaDriver.Ask(broken)?.Unusable;
        File.Delete(broken);
        Assert.Matches(@"^it does not load \(.+\)$", why);
        Assert.Contains(broken, why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_no_driver_lacks_its_functions() =>
        Assert.Equal(new CudaDriver(0, Unusable: "it has no cuInit"), CudaDriver.Ask("libm.so.6"));

    [Theory]
    [InlineData("libcublas.so.13", "install CUDA 13,")]
    [InlineData("libcudnn.so.9", "install cuDNN 9 for CUDA 13,")]
    public void A_missing_library_is_named_with_what_brings_it(string library, string package) =>
        Says(new CudaFindings(true, new CudaDriver(1), library), library, package, "LD_LIBRARY_PATH");

    [Theory]
    [InlineData(1, 1, "one GPU, whose number is 0")]
    [InlineData(4, 7, "4 GPUs, 0 to 3")]
    public void A_GPU_that_is_not_there_is_refused_with_those_that_are(int devices, int asked, string has)
    {
        string? fault = Cuda.Fault(new CudaFindings(true, new CudaDriver(devices), "libcudnn.so.9"), asked);
        Assert.Contains($"Sluice:Engine:DeviceId is {asked}, but this machine has {has}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_all_is_there_nothing_is_said() => Assert.Null(Cuda.Fault(new CudaFindings(true, new CudaDriver(2)), deviceId: 1));

    private static void Says(CudaFindings found, params string[] words)
    {
        string? fault = Cuda.Fault(found, deviceId: 0);
        Assert.StartsWith("Sluice:Engine:Provider is Cuda, but", fault, StringComparison.Ordinal);
        Assert.EndsWith("or set Sluice:Engine:Provider to Cpu.", fault, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, fault, StringComparison.Ordinal));
    }
}
