using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>struct OrtCustomOp of onnxruntime_c_api.h, API 24, with what <see cref="PackedAttentionOp"/> keeps behind it.</summary>
/// <remarks>Entries that stay null are not used: inputs and outputs are all there (no optional and no variadic ones), lie on the CPU, and share no memory.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CustomOp
{
    public uint Version;
    public nint CreateKernel;
    public delegate* unmanaged<CustomOp*, byte*> GetName;
    public delegate* unmanaged<CustomOp*, byte*> GetExecutionProviderType;
    public delegate* unmanaged<CustomOp*, nuint, TensorType> GetInputType;
    public delegate* unmanaged<CustomOp*, nuint> GetInputTypeCount;
    public delegate* unmanaged<CustomOp*, nuint, TensorType> GetOutputType;
    public delegate* unmanaged<CustomOp*, nuint> GetOutputTypeCount;
    public nint KernelCompute;
    public delegate* unmanaged<nint, void> KernelDestroy;
    public delegate* unmanaged<CustomOp*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<CustomOp*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<CustomOp*, nuint, int> GetInputMemoryType;
    public nint GetVariadicInputMinArity;
    public nint GetVariadicInputHomogeneity;
    public nint GetVariadicOutputMinArity;
    public nint GetVariadicOutputHomogeneity;
    public delegate* unmanaged<CustomOp*, nint, nint, nint*, nint> CreateKernelV2;
    public delegate* unmanaged<nint, nint, nint> KernelComputeV2;
    public nint InferOutputShape;
    public delegate* unmanaged<CustomOp*, int> GetStartVersion;
    public delegate* unmanaged<CustomOp*, int> GetEndVersion;
    public nint GetMayInplace;
    public nint ReleaseMayInplace;
    public nint GetAliasMap;
    public nint ReleaseAliasMap;

    /// <summary>Ours: what a kernel of this operator does.</summary>
    public AttentionTask Task;
}
