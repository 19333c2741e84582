using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

internal sealed unsafe partial class OrtApi
{
    /// <summary>struct OrtApi of onnxruntime_c_api.h, API 24, in the header's order: only the entries that <see cref="OrtApi"/> calls, each at its index.</summary>
    /// <remarks>The order is the ABI: entries are only ever added at the end, so a newer library's table begins with this one.
    /// OrtApiTableTests counts the header's entries and compares; a one-operator model proves it against the library.</remarks>
    [StructLayout(LayoutKind.Explicit)]
    private readonly struct Table
    {
        [FieldOffset(8 * 0)] public readonly delegate* unmanaged<OrtErrorCode, byte*, nint> CreateStatus;
        [FieldOffset(8 * 1)] public readonly delegate* unmanaged<nint, OrtErrorCode> GetErrorCode;
        [FieldOffset(8 * 2)] public readonly delegate* unmanaged<nint, byte*> GetErrorMessage;
        [FieldOffset(8 * 4)] public readonly delegate* unmanaged<delegate* unmanaged<nint, OrtLogLevel, byte*, byte*, byte*, byte*, void>, nint, OrtLogLevel, byte*, nint*, OrtStatus> CreateEnvWithCustomLogger;
        [FieldOffset(8 * 7)] public readonly delegate* unmanaged<nint, byte*, nint, nint*, OrtStatus> CreateSession;
        [FieldOffset(8 * 9)] public readonly delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, OrtStatus> Run;
        [FieldOffset(8 * 10)] public readonly delegate* unmanaged<nint*, OrtStatus> CreateSessionOptions;
        [FieldOffset(8 * 14)] public readonly delegate* unmanaged<nint, byte*, OrtStatus> EnableProfiling;
        [FieldOffset(8 * 17)] public readonly delegate* unmanaged<nint, OrtStatus> DisableMemPattern;
        [FieldOffset(8 * 19)] public readonly delegate* unmanaged<nint, OrtStatus> DisableCpuMemArena;
        [FieldOffset(8 * 23)] public readonly delegate* unmanaged<nint, OptimizationLevel, OrtStatus> SetSessionGraphOptimizationLevel;
        [FieldOffset(8 * 24)] public readonly delegate* unmanaged<nint, int, OrtStatus> SetIntraOpNumThreads;
        [FieldOffset(8 * 26)] public readonly delegate* unmanaged<byte*, nint*, OrtStatus> CreateCustomOpDomain;
        [FieldOffset(8 * 27)] public readonly delegate* unmanaged<nint, nint, OrtStatus> CustomOpDomain_Add;
        [FieldOffset(8 * 28)] public readonly delegate* unmanaged<nint, nint, OrtStatus> AddCustomOpDomain;
        [FieldOffset(8 * 30)] public readonly delegate* unmanaged<nint, nuint*, OrtStatus> SessionGetInputCount;
        [FieldOffset(8 * 31)] public readonly delegate* unmanaged<nint, nuint*, OrtStatus> SessionGetOutputCount;
        [FieldOffset(8 * 33)] public readonly delegate* unmanaged<nint, nuint, nint*, OrtStatus> SessionGetInputTypeInfo;
        [FieldOffset(8 * 34)] public readonly delegate* unmanaged<nint, nuint, nint*, OrtStatus> SessionGetOutputTypeInfo;
        [FieldOffset(8 * 36)] public readonly delegate* unmanaged<nint, nuint, nint, byte**, OrtStatus> SessionGetInputName;
        [FieldOffset(8 * 37)] public readonly delegate* unmanaged<nint, nuint, nint, byte**, OrtStatus> SessionGetOutputName;
        [FieldOffset(8 * 39)] public readonly delegate* unmanaged<nint*, OrtStatus> CreateRunOptions;
        [FieldOffset(8 * 46)] public readonly delegate* unmanaged<nint, OrtStatus> RunOptionsSetTerminate;
        [FieldOffset(8 * 47)] public readonly delegate* unmanaged<nint, OrtStatus> RunOptionsUnsetTerminate;
        [FieldOffset(8 * 49)] public readonly delegate* unmanaged<nint, void*, nuint, long*, nuint, TensorType, nint*, OrtStatus> CreateTensorWithDataAsOrtValue;
        [FieldOffset(8 * 51)] public readonly delegate* unmanaged<nint, void**, OrtStatus> GetTensorMutableData;
        [FieldOffset(8 * 55)] public readonly delegate* unmanaged<nint, nint*, OrtStatus> CastTypeInfoToTensorInfo;
        [FieldOffset(8 * 60)] public readonly delegate* unmanaged<nint, TensorType*, OrtStatus> GetTensorElementType;
        [FieldOffset(8 * 61)] public readonly delegate* unmanaged<nint, nuint*, OrtStatus> GetDimensionsCount;
        [FieldOffset(8 * 62)] public readonly delegate* unmanaged<nint, long*, nuint, OrtStatus> GetDimensions;
        [FieldOffset(8 * 65)] public readonly delegate* unmanaged<nint, nint*, OrtStatus> GetTensorTypeAndShape;
        [FieldOffset(8 * 69)] public readonly delegate* unmanaged<int, int, nint*, OrtStatus> CreateCpuMemoryInfo;
        [FieldOffset(8 * 75)] public readonly delegate* unmanaged<nint, nuint, void**, OrtStatus> AllocatorAlloc;
        [FieldOffset(8 * 76)] public readonly delegate* unmanaged<nint, void*, OrtStatus> AllocatorFree;
        [FieldOffset(8 * 78)] public readonly delegate* unmanaged<nint*, OrtStatus> GetAllocatorWithDefaultOptions;
        [FieldOffset(8 * 86)] public readonly delegate* unmanaged<nint, byte*, long*, OrtStatus> KernelInfoGetAttribute_int64;
        [FieldOffset(8 * 90)] public readonly delegate* unmanaged<nint, nuint, nint*, OrtStatus> KernelContext_GetInput;
        [FieldOffset(8 * 91)] public readonly delegate* unmanaged<nint, nuint, long*, nuint, nint*, OrtStatus> KernelContext_GetOutput;
        [FieldOffset(8 * 92)] public readonly delegate* unmanaged<nint, void> ReleaseEnv;
        [FieldOffset(8 * 93)] public readonly delegate* unmanaged<nint, void> ReleaseStatus;
        [FieldOffset(8 * 94)] public readonly delegate* unmanaged<nint, void> ReleaseMemoryInfo;
        [FieldOffset(8 * 95)] public readonly delegate* unmanaged<nint, void> ReleaseSession;
        [FieldOffset(8 * 96)] public readonly delegate* unmanaged<nint, void> ReleaseValue;
        [FieldOffset(8 * 97)] public readonly delegate* unmanaged<nint, void> ReleaseRunOptions;
        [FieldOffset(8 * 98)] public readonly delegate* unmanaged<nint, void> ReleaseTypeInfo;
        [FieldOffset(8 * 99)] public readonly delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo;
        [FieldOffset(8 * 100)] public readonly delegate* unmanaged<nint, void> ReleaseSessionOptions;
        [FieldOffset(8 * 110)] public readonly delegate* unmanaged<nint, nint, byte**, OrtStatus> SessionEndProfiling;
        [FieldOffset(8 * 111)] public readonly delegate* unmanaged<nint, nint*, OrtStatus> SessionGetModelMetadata;
        [FieldOffset(8 * 116)] public readonly delegate* unmanaged<nint, nint, byte*, byte**, OrtStatus> ModelMetadataLookupCustomMetadataMap;
        [FieldOffset(8 * 118)] public readonly delegate* unmanaged<nint, void> ReleaseModelMetadata;
        [FieldOffset(8 * 123)] public readonly delegate* unmanaged<nint, nint, byte***, long*, OrtStatus> ModelMetadataGetCustomMetadataMapKeys;
        [FieldOffset(8 * 130)] public readonly delegate* unmanaged<nint, byte*, byte*, OrtStatus> AddSessionConfigEntry;
        [FieldOffset(8 * 131)] public readonly delegate* unmanaged<nint, nint, nint*, OrtStatus> CreateAllocator;
        [FieldOffset(8 * 132)] public readonly delegate* unmanaged<nint, void> ReleaseAllocator;
        [FieldOffset(8 * 144)] public readonly delegate* unmanaged<nint, nint, nint, OrtStatus> CreateAndRegisterAllocator;
        [FieldOffset(8 * 157)] public readonly delegate* unmanaged<nint, void> ReleaseArenaCfg;
        [FieldOffset(8 * 164)] public readonly delegate* unmanaged<byte**, nuint*, nuint, nint*, OrtStatus> CreateArenaCfgV2;
        [FieldOffset(8 * 165)] public readonly delegate* unmanaged<nint, byte*, byte*, OrtStatus> AddRunConfigEntry;
        [FieldOffset(8 * 204)] public readonly delegate* unmanaged<nint, nint, OrtStatus> SessionOptionsAppendExecutionProvider_CUDA_V2;
        [FieldOffset(8 * 205)] public readonly delegate* unmanaged<nint*, OrtStatus> CreateCUDAProviderOptions;
        [FieldOffset(8 * 206)] public readonly delegate* unmanaged<nint, byte**, byte**, nuint, OrtStatus> UpdateCUDAProviderOptions;
        [FieldOffset(8 * 208)] public readonly delegate* unmanaged<nint, void> ReleaseCUDAProviderOptions;
        [FieldOffset(8 * 274)] public readonly delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, OrtStatus> KernelContext_ParallelFor;
        [FieldOffset(8 * 297)] public readonly delegate* unmanaged<nint, byte*, byte*> GetKeyValue;
        [FieldOffset(8 * 300)] public readonly delegate* unmanaged<nint, void> ReleaseKeyValuePairs;
        [FieldOffset(8 * 319)] public readonly delegate* unmanaged<nint, nint*, OrtStatus> AllocatorGetStats;
    }
}
