using System.Runtime.InteropServices;

namespace Sluice.Inference.Onnx;

/// <summary>What the NVIDIA driver answers when it is asked for its GPUs.</summary>
/// <param name="Devices">GPUs that it counts; 0 where it does not come to counting.</param>
/// <param name="Version">The newest CUDA that it knows, such as 13000 for 13.0; 0 where it does not say.</param>
/// <param name="Error">With what it refused (CUresult of cuda.h), or 0.</param>
/// <param name="Unusable">Why its library, which is there, cannot be used, without a full stop; null where it can.</param>
internal sealed record CudaDriver(int Devices, int Version = 0, int Error = 0, string? Unusable = null)
{
    public const string Library = "libcuda.so.1";

    // dlopen's words for a file that is nowhere, as opposed to one that does not load, or one that it needs.
    private const string Nowhere = ": cannot open shared object file: No such file or directory";

    /// <summary>Asks; null where there is no driver. Its library stays loaded: a session needs it at once.</summary>
    /// <param name="library">A name that is searched for as libraries are, or a path.</param>
    public static unsafe CudaDriver? Ask(string library = Library)
    {
        nint driver;
        try
        {
            driver = NativeLibrary.Load(library);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            string why = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1].TrimEnd('.');
            return why.EndsWith(library + Nowhere, StringComparison.Ordinal) ? null
                : new CudaDriver(0, Unusable: $"it does not load ({why})");
        }

        foreach (string function in (string[])["cuInit", "cuDriverGetVersion", "cuDeviceGetCount"])
            if (!NativeLibrary.TryGetExport(driver, function, out _)) return new CudaDriver(0, Unusable: $"it has no {function}");
        var init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var getVersion = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDriverGetVersion");
        var count = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(driver, "cuDeviceGetCount");
        int version = 0, devices = 0;
        if (getVersion(&version) != 0) version = 0; // it is the only one that may come before cuInit
        int error = init(0) is not 0 and var refused ? refused : count(&devices);
        return new CudaDriver(error == 0 ? devices : 0, version, error);
    }
}
