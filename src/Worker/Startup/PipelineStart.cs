using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Startup;

/// <summary>
/// What must have happened before the first document is read: the cluster and the registry answer, and the memory of the heaviest batches
/// is taken.
/// </summary>
internal sealed class PipelineStart(
    ClusterCheck cluster, PredictionSchema schema, IEngine engine, ModelOptions served, MemoryWarmup rehearsal, PipelineFailure failure, EngineOptions engines,
        PipelineOptions options, TimeProvider time, ILogger<PipelineService> logger)
{
    private static readonly TimeSpan CallersLeave = TimeSpan.FromSeconds(7); // longer than the heaviest batch takes

    /// <summary>Logs what model is loaded, then waits for the cluster and the registry.</summary>
    /// <returns>The id of the labels' schema.</returns>
    /// <exception cref="OperationCanceledException">The start is told to stop.</exception>
    public async Task<int> OpenAsync(CancellationToken cancellationToken)
    {
        ModelIdentity model = engine.Model;
        Mode mode = served.ServedMode;
        bool kernel = mode.Precision == Precision.Int8 && engines.Provider == ExecutionProvider.Cpu;
        string attention = kernel ? AttentionKernel.Description : "ONNX Runtime's";
        Log.ModelLoaded(logger, model.Id, model.Version, mode.Name, mode.Precision, model.MaxTokens,
            string.Join(", ", model.Labels), attention);
        if (kernel && AttentionKernel.Shortfall is { } shortfall)
            Log.NoKernel(logger, AttentionKernel.Damage is null ? LogLevel.Information : LogLevel.Warning, shortfall);
        long began = time.GetTimestamp();
        await cluster.WaitAsync(began, cancellationToken);
        return await schema.GetIdAsync(began, cancellationToken);
    }

    /// <summary>Waits until all callers are through the rehearsal, and tells what is in memory then.</summary>
    /// <param name="callers">Ends when the callers have ended.</param>
    /// <param name="cancellationToken">The start is told to stop.</param>
    /// <remarks>A start that is told to stop, or a caller that fails before it takes part, ends the wait. The callers are then sent home
    /// and given some seconds to go, for the host disposes of what they use. What failed a caller is thrown as it is.</remarks>
    /// <exception cref="OperationCanceledException">The start is told to stop.</exception>
    public async Task RehearseAsync(Task callers, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, failure.Stop);
        try
        {
            await rehearsal.Done.WaitAsync(stop.Token);
        }
        catch
        {
            failure.StopNow();
            await Task.WhenAny(callers, Task.Delay(CallersLeave, time, CancellationToken.None));
            if (failure.First is { } first) ExceptionDispatchInfo.Throw(first);
            throw;
        }

        MemoryUse memory = MemoryUse.Read();
        Log.PeakTaken(logger, options.Callers, (long)time.GetElapsedTime(began).TotalMilliseconds, memory.Resident >> 20,
            memory.Managed >> 20, memory.Arena >> 20, memory.Arena, memory.NativeHeap >> 20, memory.Other >> 20);
    }
}
