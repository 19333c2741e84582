using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>Words for memory that is too small for what is to run in it, the bounded arena's or a GPU's, and which failures are of that
/// kind.</summary>
/// <remarks>The advice for a CPU is what a start without a bound took: what is in use would not do, for the bound is on what is taken, by
/// powers of two.</remarks>
internal static class ArenaLimit
{
    private const string Bytes = $"{EngineOptions.Section}:{nameof(EngineOptions.ArenaMaxBytes)}";
    private const string GpuBytes = $"{EngineOptions.Section}:{nameof(EngineOptions.GpuMemoryBytes)}";
    private const string BatchBounds = "Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers";
    private const string WayOut =
        "Start once with 0, which is no bound, and set as many bytes as the start's log then says that the arena took, or more; or lower "
        + BatchBounds;

    /// <summary>Does something; a refusal of memory on the way is told by the setting that bounds it.</summary>
    /// <exception cref="ArenaLimitException">There is not as much memory.</exception>
    /// <remarks>All other failures come through as they are.</remarks>
    public static T Within<T>(EngineOptions options, Func<T> what)
    {
        try
        {
            return what();
        }
        catch (OnnxRuntimeException e) when (Refuses(options, e))
        {
            throw Explain(options, e);
        }
    }

    /// <summary>Whether a failure is a refusal of memory: on a CPU by the bounded arena, on a GPU by whoever gives it.</summary>
    public static bool Refuses(EngineOptions options, Exception failure) => failure is OnnxRuntimeException && options.Provider switch
    {
        ExecutionProvider.Cpu => options.ArenaMaxBytes > 0
            && failure.Message.Contains(OutOfMemory.ArenaAtItsBound, StringComparison.Ordinal),
        ExecutionProvider.Cuda => OutOfMemory.Is(failure),
        _ => throw new UnreachableException($"How provider {options.Provider} refuses memory is not known. This is a bug."),
    };

    /// <summary>A refusal by its setting, or by the GPU that has no more.</summary>
    public static ArenaLimitException Explain(EngineOptions options, Exception refusal)
    {
        string why = Cuda.Words(refusal);
        return (options.IsOnGpu, options.GpuMemoryBytes) switch
        {
            (false, _) => new($"{Bytes} is {options.ArenaMaxBytes} bytes, and within it the model does not run: {why}. {WayOut}."),
            (true, 0) => new($"GPU {options.DeviceId} has not as much free memory as the model needs: {why}. Lower {BatchBounds} "
                + "(a budget that is not set is found by what fits), or free some of it.", isOfASetting: false),
            (true, var bound) => new($"{GpuBytes} is {bound} bytes, shared out to the sessions, and within it the model does not run: "
                + $"{why}. Raise it, or lower {BatchBounds} (a budget that is not set is found by what fits)."),
        };
    }

    /// <summary>A refusal where the arena went beyond its bound, which its first step may do; null where it did not.</summary>
    /// <param name="options">Its bound.</param>
    /// <param name="taken">Bytes that it took.</param>
    public static ArenaLimitException? Refusal(EngineOptions options, long taken) =>
        options.ArenaMaxBytes == 0 || taken <= options.ArenaMaxBytes ? null
        : new ArenaLimitException($"{Bytes} is {options.ArenaMaxBytes} bytes, but the arena's first step took {taken} already. {WayOut}.");
}

/// <summary>There is not as much memory as the model needs; the message names the setting and the way out.</summary>
internal sealed class ArenaLimitException(string message, bool isOfASetting = true) : Exception(message)
{
    /// <summary>Whether a setting bounds it; else the machine has no more.</summary>
    public bool IsOfASetting { get; } = isOfASetting;
}
