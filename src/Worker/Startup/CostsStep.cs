using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Startup;

/// <summary>Gets to know what batches cost: from what earlier starts kept, else by running some made-up ones.</summary>
internal sealed class CostsStep(ModelOptions model, PipelineOptions pipeline, EngineOptions engines, CostStore store, CostClock clock,
    TimeProvider time, ILogger<CostsStep> logger)
{
    /// <summary>Called once, after the memory of the heaviest batches is taken: the made-up ones would pass for those.</summary>
    /// <returns>All that is known on this machine of this model, and of that what the modes that may be used are served by.</returns>
    /// <exception cref="ArenaLimitException">The arena may not grow as far as the batches need.</exception>
    public (CostModels All, ModeCosts Own) Know(ModelBundle bundle, IEngine engine, BatchBudget budget)
    {
        CostModels all = store.Load(CostWarmup.OriginOf(bundle, engines), out string? refusal);
        if (refusal is not null) Log.CostsRefused(logger, refusal);
        ModeCosts own = new(all, model.UsableModes.Select(mode => (mode, engine.CostNameOf(mode))), pipeline.InferenceThreads);
        foreach (Mode mode in model.UsableModes) Learn(own[mode], engine, mode, budget);
        return (all, own);
    }

    private void Learn(CostModel costs, IEngine engine, Mode mode, BatchBudget budget)
    {
        long began = time.GetTimestamp();
        int run = ArenaLimit.Within(engines, () => CostWarmup.Give(costs, engine, mode, budget, clock));
        if (run > 0) Log.CostsLearned(logger, run, (long)time.GetElapsedTime(began).TotalMilliseconds);
        else Log.CostsKnown(logger, costs.Current.MeanError);
    }
}
