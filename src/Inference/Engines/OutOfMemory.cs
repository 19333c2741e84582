namespace Sluice.Inference.Engines;

/// <summary>Which failures of ONNX Runtime are for want of memory, the machine's or a GPU's.</summary>
internal static class OutOfMemory
{
    /// <summary>What ONNX Runtime's arena says where a step would pass its bound (onnxruntime/core/framework/bfc_arena.cc, Extend).
    /// </summary>
    public const string ArenaAtItsBound = "is smaller than requested bytes of";

    // There is no error code for it. In turn: ONNX Runtime's arena at its bound, and where the device gives it nothing (the same
    // function); CUDA's words for cudaErrorMemoryAllocation; cuBLAS's for its want of it (cublasGetStatusString); how the names of such
    // statuses end, cuDNN 9's among them; C++'s own.
    private static readonly string[] Words =
    [
        ArenaAtItsBound, "Failed to allocate memory for requested buffer", "out of memory",
        "the resource allocation failed", "_ALLOC_FAILED", "_ALLOCATION_FAILED", "bad_alloc",
    ];

    /// <summary>Whether a failure, or what caused it, is for want of memory.</summary>
    public static bool Is(Exception failure) => Words.Any(words => failure.Message.Contains(words, StringComparison.OrdinalIgnoreCase))
        || (failure.InnerException is { } cause && Is(cause));
}
