using Microsoft.ML.OnnxRuntime;

namespace Sluice.Inference.Engines;

/// <summary>Words for an arena whose bound is too small for what is to run in it, and which failures are of that kind.</summary>
/// <remarks>The advice is what a start without a bound took: what is in use would not do, for the bound is on what is taken, by powers of
/// two.</remarks>
internal static class ArenaLimit
{
    // What BFCArena says where a step would pass its bound (onnxruntime/core/framework/bfc_arena.cc, Extend). It has no error code of its
    // own.
    internal const string Words = "is smaller than requested bytes of";

    private const string Setting = $"{EngineOptions.Section}:{nameof(EngineOptions.ArenaMaxBytes)}";
    private const string WayOut =
        "Start once with 0, which is no bound, and set as many bytes as the start's log then says that the arena took, or more; or lower "
        + $"Sluice:Batching:MaxTokens or Sluice:Pipeline:InferenceCallers";

    /// <summary>Does something; a refusal of the bounded arena on the way is told by its setting.</summary>
    /// <exception cref="ArenaLimitException">The arena may not grow so far. All other failures come through as they are.</exception>
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

    /// <summary>Whether a failure is the bounded arena's refusal to grow.</summary>
    public static bool Refuses(EngineOptions options, Exception failure) =>
        options.ArenaMaxBytes > 0 && failure is OnnxRuntimeException && failure.Message.Contains(Words, StringComparison.Ordinal);

    /// <summary>A refusal by its setting.</summary>
    public static ArenaLimitException Explain(EngineOptions options, Exception refusal) =>
        Refused($"{Setting} is {options.ArenaMaxBytes} bytes, and within it the model does not run: {refusal.Message.Trim()} {WayOut}.");

    /// <summary>A refusal where the arena went beyond its bound, which its first step may do; null where it did not.</summary>
    /// <param name="options">Its bound.</param>
    /// <param name="taken">Bytes that it took.</param>
    public static ArenaLimitException? Refusal(EngineOptions options, long taken) =>
        options.ArenaMaxBytes == 0 || taken <= options.ArenaMaxBytes ? null
        : Refused($"{Setting} is {options.ArenaMaxBytes} bytes, but the arena's first step took {taken} already. {WayOut}.");

    private static ArenaLimitException Refused(string why) => new(why);
}

/// <summary>The memory arena may not grow as far as the model needs; the message names the setting and the way out.</summary>
internal sealed class ArenaLimitException(string message) : Exception(message);
