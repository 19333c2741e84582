using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Warmup;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace FunctionalTests;

/// <summary>A start whose memory warm-up waits for a thread that never comes, or whose thread fails before it takes part.</summary>
[Collection(TestClusterTests.Name)]
public sealed class WarmStartTests(TestCluster cluster)
{
    [Fact]
    public async Task A_stop_ends_a_start_that_waits_for_an_inference_thread()
    {
        using CancellationTokenSource stop = new();
        using Start start = new(cluster, missing: 1, onThread: () => { });
        Task starting = start.WarmUpAsync(stop.Token);
        await start.Began.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.WaitAsync(TimeSpan.FromSeconds(60)));
        await start.Threads.LeaveAsync();
        Assert.True(start.MemoryWarmup.Done.IsCanceled);
        Assert.True(start.Threads.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_inference_thread_that_fails_before_it_takes_part_ends_the_start_with_its_error()
    {
        using Start start = new(cluster, missing: 0, onThread: () => throw new InvalidOperationException("no buffers"));
        Task starting = start.WarmUpAsync(CancellationToken.None);
        Assert.Equal("no buffers",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => starting.WaitAsync(TimeSpan.FromSeconds(60)))).Message);
    }

    [Fact]
    public async Task A_stop_while_the_cluster_is_waited_for_sends_the_warm_threads_home()
    {
        using CancellationTokenSource stop = new();
        RecordedLog log = new();
        using IHost host = WorkerHost.Create(WorkerHarness.Settings("127.0.0.1:1", cluster.RegistryUrl, TestTopics.Create(),
            ("Input:Format", "Text")), logging => logging.AddProvider(log));
        Task starting = host.StartAsync(stop.Token);
        await log.WaitForAsync(209);
        InferenceThreads threads = host.Services.GetRequiredService<InferenceThreads>();
        Assert.False(threads.Ended.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(threads.Ended.IsCompleted);
        Assert.Null(host.Services.GetRequiredService<WorkerService>().Served);
        Assert.Contains("Start: cluster stopped in ", log.Lines.Last(line => line.Id == 117).Text, StringComparison.Ordinal);
    }

    /// <summary>The worker's inference threads, whose buffers the test makes.</summary>
    private sealed class Start : IDisposable
    {
        private readonly IHost _host;
        private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Action _onThread;
        private readonly BatchBudget _budget = new(4, 32);

        public Start(TestCluster cluster, int missing, Action onThread)
        {
            _host = WorkerHost.Create(WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, cluster.CreateTopics(),
                ("Input:Format", "Text")));
            IServiceProvider services = _host.Services;
            _onThread = onThread;
            (ModelBundle bundle, _) = services.GetRequiredService<BundleStep>().Load();
            EngineSelector engine = services.GetRequiredService<SessionsStep>().Open(bundle);
            Threads = services.GetRequiredService<InferenceThreads>();
            MemoryWarmup = new MemoryWarmup(engine, engine.Modes, 30, _budget,
                services.GetRequiredService<PipelineOptions>().InferenceThreads + missing, new EngineOptions(), DeviceTurn.Alone);
        }

        public InferenceThreads Threads { get; }

        public MemoryWarmup MemoryWarmup { get; }

        /// <summary>Done when an inference thread has begun, which is before it joins.</summary>
        public Task Began => _began.Task;

        public Task WarmUpAsync(CancellationToken stop) => Threads.WarmUpAsync(MemoryWarmup, Buffer, stop);

        public void Dispose()
        {
            MemoryWarmup.Dispose();
            _host.Dispose();
        }

        private PackedBatch<WorkItem> Buffer()
        {
            _began.TrySetResult();
            _onThread();
            return new PackedBatch<WorkItem>(_budget);
        }
    }
}
