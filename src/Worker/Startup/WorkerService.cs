using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Sluice.Worker.Faults;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Startup;

/// <summary>The worker as the host sees it: the steps of the start, then the data path until the host stops.</summary>
internal sealed class WorkerService(StartupSteps steps, InferenceThreads threads, PipelineService pipeline, PipelineFailure failure)
    : IHostedService
{
    /// <summary>What serves; null until the start is through.</summary>
    public ServedModel? Served { get; private set; }

    /// <summary>Runs the steps, then starts to read.</summary>
    /// <remarks>Where a step fails, or the start is told to stop, inference threads that run already are sent home and given some seconds
    /// to go, for the host disposes of what they use.</remarks>
    /// <exception cref="OperationCanceledException">The start is told to stop.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Served = await steps.RunAsync(cancellationToken);
        }
        catch
        {
            await threads.LeaveAsync();
            if (failure.First is { } first) ExceptionDispatchInfo.Throw(first);
            throw;
        }

        pipeline.Start(Served);
    }

    public Task StopAsync(CancellationToken cancellationToken) => pipeline.StopAsync();
}
