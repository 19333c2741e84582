using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Inference.Onnx;

/// <summary>A GPU as its driver describes it: what is measured on one means nothing on one that is called otherwise.</summary>
/// <param name="Name">Such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Capability">Its compute capability, such as <c>9.0</c>.</param>
/// <param name="Bytes">Its memory.</param>
internal sealed record CudaDevice(string Name, string Capability, ulong Bytes)
{
    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR of cuda.h.
    private const int Major = 75, Minor = 76;

    /// <summary>One line, the same for all GPUs of a kind.</summary>
    public string Describe() => $"{Name}, compute capability {Capability}, {Bytes >> 20} MiB";

    /// <summary>Asks the driver; null where there is none, or it does not answer one of the questions.</summary>
    /// <param name="number">From 0, as the driver counts those that it shows.</param>
    public static unsafe CudaDevice? Find(int number)
    {
        if (!NativeLibrary.TryLoad(CudaDriver.Library, out nint driver)) return null;
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out nint get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out nint getName)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out nint getAttribute)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceTotalMem_v2", out nint getBytes)) return null;
        const int Longest = 256;
        byte* name = stackalloc byte[Longest];
        int device = 0, major = 0, minor = 0;
        nuint bytes = 0;
        bool answers = ((delegate* unmanaged<uint, int>)init)(0) == 0
            && ((delegate* unmanaged<int*, int, int>)get)(&device, number) == 0
            && ((delegate* unmanaged<byte*, int, int, int>)getName)(name, Longest, device) == 0
            && ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&major, Major, device) == 0
            && ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&minor, Minor, device) == 0
            && ((delegate* unmanaged<nuint*, int, int>)getBytes)(&bytes, device) == 0;
        ReadOnlySpan<byte> text = new(name, Longest);
        int end = text.IndexOf((byte)0);
        return answers && end > 0 ? new CudaDevice(Encoding.UTF8.GetString(text[..end]), $"{major}.{minor}", bytes) : null;
    }
}
