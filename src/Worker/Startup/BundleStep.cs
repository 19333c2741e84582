using Microsoft.Extensions.Options;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Startup;

/// <summary>Loads the bundle and checks it, and the settings that depend on it.</summary>
internal sealed class BundleStep(ModelOptions model, BatchingOptions batching, EngineOptions engines, InFlightRecords records)
{
    /// <returns>The checked bundle, and what one batch may hold, which is at least its longest document; on a GPU what is not set may be
    /// found to be more (<see cref="BudgetStep"/>).</returns>
    /// <exception cref="BundleException">Something in the bundle disagrees; each disagreement is named.</exception>
    /// <exception cref="OptionsValidationException">A batch may hold less than the model's longest document.</exception>
    public (ModelBundle Bundle, BatchBudget Budget) Load()
    {
        ModelBundle bundle = ModelBundle.Load(model.Path);
        int longest = bundle.Identity.MaxTokens;
        BatchBudget budget = batching.Least;
        if (engines.IsOnGpu && batching.MaxTokens is null) budget = budget with { MaxTokens = int.Max(budget.MaxTokens, longest) };
        if (budget.MaxTokens < longest)
        {
            throw new OptionsValidationException(
                "",
                typeof(BatchingOptions),
                [$"{BatchingOptions.Section}:MaxTokens is {budget.MaxTokens}, but the model takes documents of {longest} tokens; "
                    + $"raise it to {longest} or more."]);
        }

        records.MaxTokensPerDocument = longest;
        return (bundle, budget);
    }
}
