using Microsoft.Extensions.Options;
using Sluice.Worker.Batching;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>Words for an arena whose bound is too small for what is to run in it.</summary>
internal static class ArenaLimit
{
    private const string Setting = EngineOptions.Section + ":ArenaMaxBytes";

    /// <summary>Why a bounded arena is too small; null when it is not.</summary>
    /// <param name="limit">Its bound in bytes; 0 is none.</param>
    /// <param name="weights">Bytes in use while nothing runs.</param>
    /// <param name="run">Bytes of one of the heaviest runs.</param>
    /// <param name="runsAtOnce">How many there can be at once.</param>
    /// <param name="budget">What was run.</param>
    public static string? Refusal(long limit, long weights, long run, int runsAtOnce, BatchBudget budget)
    {
        long needed = weights + (runsAtOnce * run);
        return limit == 0 || needed <= limit ? null
            : $"{Setting} is {limit}, but {runsAtOnce} runs at once of {budget.MaxTokens} tokens need {run} each, and weights {weights}; raise it to {needed} or more, set it to 0 for no bound, "
            + $"or lower {BatchingOptions.Section}:MaxTokens or Sluice:Pipeline:InferenceCallers.";
    }

    /// <summary>What ONNX Runtime could not do while the arena was bounded.</summary>
    public static OptionsValidationException Explain(EngineOptions options, OrtException failure) =>
        Refused($"{Setting} is {options.ArenaMaxBytes}, and within it the model does not run: {failure.Message.Trim()} Raise it, or set it to 0 for no bound.");

    public static OptionsValidationException Refused(string why) => new("", typeof(EngineOptions), [why]);
}
