using System.Runtime.InteropServices;

namespace Sluice.Inference.Onnx;

/// <summary>What a machine has of what ONNX Runtime's CUDA provider needs.</summary>
/// <param name="HasProvider">Whether this build's ONNX Runtime knows CUDA.</param>
/// <param name="Driver">What the driver says; null where there is none.</param>
/// <param name="MissingLibrary">The first library of CUDA or cuDNN that cannot be loaded; null where all can.</param>
internal sealed record CudaFindings(bool HasProvider, CudaDriver? Driver = null, string? MissingLibrary = null)
{
    /// <summary>What libonnxruntime_providers_cuda.so is linked against (readelf -d), and cuDNN, which it loads.</summary>
    public static IReadOnlyList<string> Libraries { get; } =
        ["libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10", "libcudnn.so.9"];

    /// <summary>Looks; each thing only where what comes before it is there.</summary>
    public static CudaFindings OfThisMachine()
    {
        if (!OnnxEnvironment.Current.GetAvailableProviders().Contains("CUDAExecutionProvider")) return new CudaFindings(HasProvider: false);
        CudaDriver? driver = CudaDriver.Ask();

        // Those that load stay loaded: a session needs them at once.
        string? missing = driver?.Devices > 0 ? Libraries.FirstOrDefault(library => !NativeLibrary.TryLoad(library, out _)) : null;
        return new CudaFindings(HasProvider: true, driver, missing);
    }
}
