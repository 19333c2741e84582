using Microsoft.Extensions.Options;
using Sluice.Worker.Batching;
using Sluice.Worker.Onnx;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Inference;

/// <summary>Words for an arena whose bound is too small for what is to run in it, and which failures are of that kind.</summary>
/// <remarks>The advice is what a start without a bound took: what is in use would not do, for the bound is on what is taken, by powers of two, and with the same bound the same steps are taken again.</remarks>
internal static class ArenaLimit
{
    // What BFCArena says where a step would pass its bound (onnxruntime/core/framework/bfc_arena.cc, Extend). It has no error code of its own.
    private const string Words = "is smaller than requested bytes of";

    private const string Setting = $"{EngineOptions.Section}:{nameof(EngineOptions.ArenaMaxBytes)}";
    private const string WayOut = "Start once with 0, which is no bound, and set as many bytes as the start's log then says that the arena took, or more";

    /// <summary>Why a bounded arena is too small; null when it may do, which it shows when it is filled.</summary>
    /// <param name="limit">Its bound in bytes; 0 is none.</param>
    /// <param name="weights">Bytes in use while nothing runs.</param>
    /// <param name="run">Bytes of one of the heaviest runs.</param>
    /// <param name="runsAtOnce">How many there can be at once.</param>
    /// <param name="budget">What was run.</param>
    public static string? Refusal(long limit, long weights, long run, int runsAtOnce, BatchBudget budget) => limit == 0 || weights + (runsAtOnce * run) <= limit ? null
        : $"{Setting} is {limit} bytes, but {runsAtOnce} runs at once of {budget.MaxTokens} tokens use {run} bytes each, and weights {weights} bytes, and the arena takes more than is used. {WayOut}; "
        + $"or lower {BatchingOptions.Section}:{nameof(BatchingOptions.MaxTokens)} or {PipelineOptions.Section}:{nameof(PipelineOptions.InferenceCallers)}.";

    /// <summary>Does something; a refusal of the bounded arena on the way is told by its setting.</summary>
    /// <exception cref="OptionsValidationException">The arena may not grow so far. All other failures come through as they are.</exception>
    public static T Within<T>(EngineOptions options, Func<T> what)
    {
        try
        {
            return what();
        }
        catch (OrtException e) when (Refuses(options, e))
        {
            throw Explain(options, e);
        }
    }

    /// <summary>Whether a failure is the bounded arena's refusal to grow.</summary>
    public static bool Refuses(EngineOptions options, Exception failure) =>
        options.ArenaMaxBytes > 0 && failure is OrtException && failure.Message.Contains(Words, StringComparison.Ordinal);

    /// <summary>A refusal by its setting.</summary>
    public static OptionsValidationException Explain(EngineOptions options, Exception refusal) =>
        Refused($"{Setting} is {options.ArenaMaxBytes} bytes, and within it the model does not run: {refusal.Message.Trim()} {WayOut}.");

    public static OptionsValidationException Refused(string why) => new("", typeof(EngineOptions), [why]);
}
