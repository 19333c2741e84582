using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Startup;

/// <summary>Finds what a batch may hold on a GPU, where that is not set: as much as keeps within a share of the age bound, fits into the
/// GPU's memory, and leaves room for others in flight.</summary>
internal sealed class BudgetStep(ModelOptions model, BatchingOptions batching, PipelineOptions pipeline, EngineOptions engines,
    CostClock clock, ILogger<BudgetStep> logger)
{
    // In flight there must be a batch for each thread to run, and one to fill meanwhile.
    private const int BatchesAThread = 2;

    /// <summary>Batches that go into <see cref="BatchingOptions.AgeBound"/>. Runs take turns, so a document that has just missed a batch
    /// waits for that one, for one of each other thread, which were packed before, and then for its own; one part more is for publishing
    /// and for batches that take longer than the trial's.</summary>
    private int BatchesInAgeBound => pipeline.InferenceThreads + 2;

    /// <summary>Whether there is anything to find.</summary>
    public bool IsNeeded => engines.IsOnGpu && (batching.MaxRows is null || batching.MaxTokens is null);

    /// <summary>Called once, where it is needed, before the heaviest batches' memory is taken.</summary>
    /// <param name="engine">What will serve.</param>
    /// <param name="least">What a batch must hold; numbers that are set stay.</param>
    /// <exception cref="ArenaLimitException">There is not even memory for that.</exception>
    public BatchBudget Find(IEngine engine, BatchBudget least)
    {
        BatchBudget most = Most(least);
        double limitMs = batching.AgeBound.TotalMilliseconds / BatchesInAgeBound;
        BudgetTrial trial = new(engine, model.UsableModes, engines, clock);
        FoundBudget found = BudgetSearch.Largest(BudgetSearch.Steps(least, most).Select(one => (one, trial.Milliseconds(one))), limitMs)
            ?? throw ArenaLimit.Explain(engines, trial.Refused!);
        Log.BudgetFound(logger, found.Budget.MaxRows, found.Budget.MaxTokens, found.Ms, limitMs, found.Bound switch
        {
            BudgetBound.Most => "that is as many as there may be in a batch, or in flight for each inference thread",
            BudgetBound.Age when found.Ms > limitMs => "that is as few as there must be, though they take longer",
            BudgetBound.Age => "twice as many would take longer",
            BudgetBound.Memory => "for twice as many the GPU has no memory",
            _ => throw new UnreachableException($"Bound {found.Bound} has no words. This is a bug."),
        });
        return found.Budget;
    }

    private BatchBudget Most(BatchBudget least)
    {
        int batches = BatchesAThread * pipeline.InferenceThreads;
        return new BatchBudget(
            batching.MaxRows ?? int.Max(least.MaxRows, int.Min(BatchingOptions.MostRows, pipeline.DocumentsInFlight / batches)),
            batching.MaxTokens ?? int.Max(least.MaxTokens, (int)long.Min(BatchingOptions.MostTokens, pipeline.TokensInFlight / batches)));
    }
}
