using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Startup;

/// <summary>Takes the memory of the heaviest batches of all modes that may serve, alone and then on all inference threads (on a CPU at
/// once), and tells what is in memory then.</summary>
internal sealed class MemoryStep(ModelOptions model, PipelineOptions pipeline, EngineOptions engines, DeviceTurn turn,
    InferenceThreads threads, TimeProvider time, ILogger<MemoryStep> logger) : IDisposable
{
    private MemoryWarmup? _warmup;

    /// <summary>Called once, before anything else runs in the process's arena. The inference threads stay, and wait for work.</summary>
    /// <exception cref="OperationCanceledException">It is told to stop.</exception>
    /// <inheritdoc cref="MemoryWarmup.Prepare"/>
    public async Task TakeAsync(ModelBundle bundle, IEngine engine, BatchBudget budget, CancellationToken stop)
    {
        _warmup = new MemoryWarmup(engine, model.UsableModes, bundle.Manifest.Encoder.VocabularySize, budget,
            pipeline.InferenceThreads, engines, turn);
        await Task.Run(_warmup.Prepare, CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        long began = time.GetTimestamp();
        await threads.WarmUpAsync(_warmup, () => new PackedBatch<WorkItem>(budget), stop);
        MemoryUse memory = MemoryUse.Read();
        Log.PeakTaken(logger, pipeline.InferenceThreads, (long)time.GetElapsedTime(began).TotalMilliseconds, memory.Resident >> 20,
            memory.Managed >> 20, memory.Arena >> 20, memory.Arena, memory.NativeHeap >> 20, memory.Other >> 20);
    }

    public void Dispose() => _warmup?.Dispose();
}
