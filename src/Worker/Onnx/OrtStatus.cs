using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>What a status-returning entry of the function table returns: null, or an error that its receiver must release.</summary>
/// <remarks>Made only by native code, seen only by <see cref="OrtApi"/>: every method there passes it to <see cref="ThrowIfFailed"/> before it returns.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OrtStatus
{
    private readonly nint _error;

    /// <summary>Releases a failure and throws it.</summary>
    /// <exception cref="OrtException">The call failed.</exception>
    public void ThrowIfFailed(OrtApi api)
    {
        if (_error != 0)
            throw api.TakeError(_error);
    }
}
