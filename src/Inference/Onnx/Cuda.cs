using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Sluice.Inference.Onnx;

/// <summary>Sessions on an NVIDIA GPU, and what is missing where there can be none.</summary>
internal static class Cuda
{
    private const string Setting = "Sluice:Engine:Provider is Cuda, but";
    private const string OrCpu = "or set Sluice:Engine:Provider to Cpu";

    // How CUDA_CALL_THROW and its like tell what failed, behind the C++ signature of what called it (onnxruntime/core/providers/cuda/
    // cuda_call.cc), and how a kernel that was refused is told.
    private static readonly string[] Failures = ["CUDA failure ", "CUBLAS failure ", "CUDNN failure ", "CUDA error "];
    private const string FlashOrEfficient = "3"; // a sum of AttentionBackend (onnxruntime/contrib_ops/cpu/bert/attention_common.h)

    /// <summary>Makes a session run on a GPU.</summary>
    /// <param name="options">Of the session.</param>
    /// <param name="deviceId">Which GPU, from 0.</param>
    /// <param name="told">What the provider is told: <see cref="OptionsOf"/>, of the same GPU.</param>
    /// <exception cref="ProviderException">It cannot be had; the message says what is missing and where it comes from.</exception>
    public static void Append(SessionOptions options, int deviceId, Dictionary<string, string> told)
    {
        if (Fault(CudaFindings.OfThisMachine(), deviceId) is { } fault) throw new ProviderException(fault);
        try
        {
            using OrtCUDAProviderOptions cuda = new();
            cuda.UpdateOptions(told);
            options.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new ProviderException($"{Setting} ONNX Runtime cannot use GPU {deviceId}: {Words(e)}. Mend that, {OrCpu}.");
        }
    }

    /// <summary>What the provider is told.</summary>
    /// <remarks>The arena grows by powers of two, as by default: by what is asked for, regions of ever new sizes would stand side by side
    /// (as measured on the CPU, see <see cref="OnnxEnvironment"/>). Near its bound it takes what is left of that, so doubling makes no
    /// bound smaller (onnxruntime/core/framework/bfc_arena.cc, Extend). One arena for all sessions, as on the CPU, could have no bound of
    /// 4 GiB or more: the managed API's OrtArenaCfg takes a uint. cuDNN's attention, which is preferred by itself from compute capability
    /// 9.0 on, builds a plan for each new pair of rows and lengths and keeps it for good, for each thread (onnxruntime/contrib_ops/cuda/
    /// bert/cudnn_fmha/cudnn_flash_attention.cc): with batches of ever new shapes that is time in each and memory without end. TF32 keeps
    /// as few bits of a factor as fp16, and who asks for fp32 wants more.</remarks>
    /// <param name="deviceId">Which GPU, from 0.</param>
    /// <param name="memoryBytes">Most that the session's arena may take, or 0 for no bound.</param>
    /// <param name="defaults">Whether it chooses kernels as it does for everybody.</param>
    public static Dictionary<string, string> OptionsOf(int deviceId, long memoryBytes, bool defaults = false)
    {
        Dictionary<string, string> options = new() { ["device_id"] = deviceId.ToString(CultureInfo.InvariantCulture) };
        if (!defaults) (options["sdpa_kernel"], options["use_tf32"]) = (FlashOrEfficient, "0");
        if (memoryBytes > 0) options["gpu_mem_limit"] = memoryBytes.ToString(CultureInfo.InvariantCulture);
        return options;
    }

    /// <summary>What a failure of ONNX Runtime says, without its full stop: of CUDA's own from where the cause stands, for some 560
    /// characters of a C++ signature come before it.</summary>
    public static string Words(Exception failure)
    {
        string text = failure.Message;
        int cause = Failures.Select(words => text.IndexOf(words, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(0).Min();
        return text[cause..].Trim().TrimEnd('.', ';', ' ');
    }

    /// <summary>Why no session can run on a GPU, with the way out; null where nothing is known to be missing.</summary>
    /// <param name="found">What there is.</param>
    /// <param name="deviceId">The GPU asked for, from 0.</param>
    public static string? Fault(CudaFindings found, int deviceId) => found switch
    {
        { HasProvider: false } =>
            $"{Setting} this build has ONNX Runtime for the CPU only. Build with -p:Gpu=true, or start ./sluice with SLUICE_GPU=1, "
            + $"{OrCpu}.",
        { Devices: null } =>
            $"{Setting} this machine has no NVIDIA driver: libcuda.so.1 was not found. Install the driver of the GPU "
            + $"(in a container: start it with its GPUs), {OrCpu}.",
        { Devices: 0 } => $"{Setting} the NVIDIA driver finds no GPU. Look at what nvidia-smi and CUDA_VISIBLE_DEVICES say, {OrCpu}.",
        { Devices: { } count } when deviceId >= count =>
            $"Sluice:Engine:DeviceId is {deviceId}, but this machine has "
            + $"{(count == 1 ? "one GPU, whose number is 0" : $"{count} GPUs, 0 to {count - 1}")}. Give one of them.",
        { MissingLibrary: { } library } =>
            $"{Setting} {library} cannot be loaded. ONNX Runtime needs CUDA 13 and cuDNN 9: install {PackageOf(library)}, "
            + $"and put its folder on LD_LIBRARY_PATH, {OrCpu}.",
        _ => null,
    };

    private static string PackageOf(string library) =>
        library.StartsWith("libcudnn", StringComparison.Ordinal) ? "cuDNN 9 for CUDA 13" : "CUDA 13";
}

/// <summary>A provider that was asked for cannot be had; the message tells what is missing, and the way out.</summary>
public sealed class ProviderException(string message) : Exception(message);
