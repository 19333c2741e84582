using System.Runtime.ExceptionServices;
using Sluice.Inference.Batching;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;

namespace Sluice.Worker.Pipeline;

/// <summary>The threads that run batches, one batch each: they make their buffers, take part in the memory warm-up, and then wait until
/// they are given the step to run.</summary>
internal sealed class InferenceThreads(PipelineOptions options, PipelineFailure failure, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(7); // longer than the heaviest batch takes

    private readonly ManualResetEventSlim _given = new();
    private volatile InferStep? _step;

    /// <summary>Done when all threads have ended; at once where none was started.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the threads, once, and ends when all are through the warm-up.</summary>
    /// <param name="warmup">Prepared, for as many inference threads as there are.</param>
    /// <param name="buffer">Makes a thread's own batch, as large as the budget; called on that thread.</param>
    /// <param name="stop">Ends the wait; the threads stay, until <see cref="LeaveAsync"/>.</param>
    /// <exception cref="OperationCanceledException">It is told to stop.</exception>
    /// <remarks>What failed a thread, or a run of the warm-up, is thrown as it is.</remarks>
    public async Task WarmUpAsync(MemoryWarmup warmup, Func<PackedBatch<WorkItem>> buffer, CancellationToken stop)
    {
        Ended = Task.WhenAll(Enumerable.Range(0, options.InferenceThreads).Select(i =>
            StepThread.Start($"sluice-infer-{i}", () => failure.Guard("infer", () => Run(warmup, buffer)))));
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stop, failure.Stop);
        try
        {
            await warmup.Done.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (failure.First is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>Gives all threads their work, once; they end when it does.</summary>
    public void Serve(InferStep step)
    {
        _step = step;
        _given.Set();
    }

    /// <summary>Sends home threads that wait or warm up, and waits some seconds for them to go.</summary>
    public async Task LeaveAsync()
    {
        failure.StopNow();
        await Task.WhenAny(Ended, Task.Delay(LeaveTime, time, CancellationToken.None));
    }

    /// <summary>Frees the event, unless a thread is still there because a batch kept it beyond its time: the process is about to end
    /// then.</summary>
    public void Dispose()
    {
        if (Ended.IsCompleted) _given.Dispose();
    }

    private void Run(MemoryWarmup warmup, Func<PackedBatch<WorkItem>> buffer)
    {
        using PackedBatch<WorkItem> batch = buffer();
        if (!warmup.Join(batch, failure.Stop)) return;
        _given.Wait(failure.Stop);
        _step!.Run(batch);
    }
}
