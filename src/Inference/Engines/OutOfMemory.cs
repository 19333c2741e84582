using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Which failures of ONNX Runtime are for want of memory, the machine's or a GPU's, and what helps then.</summary>
internal static class OutOfMemory
{
    // There is no error code for it. In turn: ONNX Runtime's arena at its bound, and where the device gives it nothing
    // (onnxruntime/core/framework/bfc_arena.cc, Extend); CUDA's words for cudaErrorMemoryAllocation; cuBLAS's for its want of it
    // (cublasGetStatusString); how the names of such statuses end, cuDNN 9's among them; C++'s own.
    private static readonly string[] Words =
    [
        "is smaller than requested bytes of", "Failed to allocate memory for requested buffer", "out of memory",
        "the resource allocation failed", "_ALLOC_FAILED", "_ALLOCATION_FAILED", "bad_alloc",
    ];

    /// <summary>Whether a failure, or what caused it, is for want of memory.</summary>
    public static bool Is(Exception failure) => Words.Any(words => failure.Message.Contains(words, StringComparison.OrdinalIgnoreCase))
        || (failure.InnerException is { } cause && Is(cause));

    /// <summary>What helps, as the end of a sentence without its full stop.</summary>
    /// <param name="options">How the engine runs.</param>
    public static string WayOut(EngineOptions options) => options.Provider == ExecutionProvider.Cuda
        ? "see who else has memory of the GPU (nvidia-smi), lower Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers, or raise "
            + $"{EngineOptions.Section}:GpuMemoryBytes where it is set"
        : "see who else has memory of the machine, lower Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers, or raise "
            + $"{EngineOptions.Section}:{nameof(EngineOptions.ArenaMaxBytes)} where it is set";
}
