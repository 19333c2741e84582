using System.Globalization;
using System.Runtime.InteropServices;

namespace Benchmarks.Gpu;

/// <summary>Versions of the libraries that ONNX Runtime's provider calls, by their own word.</summary>
internal static unsafe class CudaVersions
{
    /// <summary>CUDA's runtime, such as 13.0; null where it is not there.</summary>
    public static string? Runtime()
    {
        if (!NativeLibrary.TryLoad("libcudart.so.13", out nint library)) return null;
        if (!NativeLibrary.TryGetExport(library, "cudaRuntimeGetVersion", out nint entry)) return null;
        int version = 0;
        return ((delegate* unmanaged<int*, int>)entry)(&version) == 0 ? Dotted(version / 1000, version % 1000 / 10) : null;
    }

    /// <summary>cuDNN, such as 9.13; null where it is not there.</summary>
    public static string? Cudnn()
    {
        if (!NativeLibrary.TryLoad("libcudnn.so.9", out nint library)) return null;
        if (!NativeLibrary.TryGetExport(library, "cudnnGetVersion", out nint entry)) return null;
        long version = (long)((delegate* unmanaged<nuint>)entry)(); // 91300 is 9.13.0
        return Dotted(version / 10_000, version % 10_000 / 100);
    }

    private static string Dotted(long major, long minor) => string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}");
}
