using System.Globalization;
using System.Runtime.InteropServices;

namespace Benchmarks.Gpu;

/// <summary>What the libraries that ONNX Runtime's provider calls say of themselves, and of what changes on the GPU; null where they are
/// not there. What the GPU is, <see cref="Sluice.Inference.Onnx.CudaDevice"/> tells.</summary>
internal static unsafe class CudaLibraries
{
    /// <summary>CUDA's runtime, such as 13.0.</summary>
    public static string? Runtime()
    {
        if (Entry("libcudart.so.13", "cudaRuntimeGetVersion") is not { } entry) return null;
        int version = 0;
        return ((delegate* unmanaged<int*, int>)entry)(&version) == 0 ? Dotted(version / 1000, version % 1000 / 10) : null;
    }

    /// <summary>Memory that is in use on the GPU that is measured, CUDA's first, by all processes, in MiB.</summary>
    public static long? UsedMiB()
    {
        if (Entry("libcudart.so.13", "cudaMemGetInfo") is not { } entry) return null;
        nuint free = 0, total = 0;
        return ((delegate* unmanaged<nuint*, nuint*, int>)entry)(&free, &total) == 0 ? (long)((total - free) >> 20) : null;
    }

    /// <summary>cuDNN, such as 9.13.</summary>
    public static string? Cudnn()
    {
        if (Entry("libcudnn.so.9", "cudnnGetVersion") is not { } entry) return null;
        long version = (long)((delegate* unmanaged<nuint>)entry)(); // 91300 is 9.13.0
        return Dotted(version / 10_000, version % 10_000 / 100);
    }

    private static nint? Entry(string library, string name) =>
        NativeLibrary.TryLoad(library, out nint handle) && NativeLibrary.TryGetExport(handle, name, out nint entry) ? entry : null;

    private static string Dotted(long major, long minor) => string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
}
