using Sluice.Inference.Engines;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Faults;

/// <summary>What helps where a start or a run fails for want of memory.</summary>
internal static class WantOfMemory
{
    private static readonly string LessAtOnce =
        $"lower {BatchingOptions.Section}:{nameof(BatchingOptions.MaxTokens)} or "
        + $"{PipelineOptions.Section}:{nameof(PipelineOptions.InferenceCallers)}";

    /// <summary>The end of a sentence without its full stop.</summary>
    /// <param name="options">How the engine runs.</param>
    public static string WayOut(EngineOptions options) => options.IsOnGpu
        ? $"see who else has memory of the GPU (nvidia-smi), {LessAtOnce}, or raise "
            + $"{EngineOptions.Section}:{nameof(EngineOptions.GpuMemoryBytes)} where it is set"
        : $"see who else has memory of the machine, {LessAtOnce}, or raise "
            + $"{EngineOptions.Section}:{nameof(EngineOptions.ArenaMaxBytes)} where it is set";
}
