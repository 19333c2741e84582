using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Warmup;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace FunctionalTests;

/// <summary>A start whose rehearsal waits for a caller that never comes, or whose caller fails before it takes part.</summary>
[Collection(TestClusterTests.Name)]
public sealed class RehearsedStartTests(TestCluster cluster)
{
    [Fact]
    public async Task A_stop_ends_a_start_that_waits_for_a_caller()
    {
        using CancellationTokenSource stop = new();
        using Start start = new(cluster, missing: 1, onCaller: () => { });
        Task starting = start.Service.StartAsync(stop.Token);
        await start.Began.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.True(start.MemoryWarmup.Done.IsCanceled);
    }

    [Fact]
    public async Task A_caller_that_fails_before_it_takes_part_ends_the_start_with_its_error()
    {
        using Start start = new(cluster, missing: 0, onCaller: () => throw new InvalidOperationException("no buffers"));
        Task starting = start.Service.StartAsync(CancellationToken.None);
        Assert.Equal("no buffers",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => starting.WaitAsync(TimeSpan.FromSeconds(60)))).Message);
    }

    /// <summary>The worker's service with an engine in front of its own.</summary>
    private sealed class Start : IDisposable
    {
        private readonly IHost _host;

        public Start(TestCluster cluster, int missing, Action onCaller)
        {
            _host = WorkerHost.Create(WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, cluster.CreateTopics(),
                ("Input:Format", "Text")));
            IServiceProvider services = _host.Services;
            CalledEngine engine = new(services.GetRequiredService<IEngine>(), onCaller);
            Began = engine.Called;
            BatchBudget budget = new(4, 32);
            MemoryWarmup = new MemoryWarmup(engine, engine.Modes, 30, budget, services.GetRequiredService<PipelineOptions>().Callers + missing,
                new EngineOptions());
            InferStep infer = ActivatorUtilities.CreateInstance<InferStep>(services, engine, budget, MemoryWarmup,
                (PublishLabel)services.GetRequiredService<PublishStep>().Label);
            Service = ActivatorUtilities.CreateInstance<PipelineService>(services, infer,
                ActivatorUtilities.CreateInstance<PipelineStart>(services, MemoryWarmup));
        }

        public PipelineService Service { get; }

        public MemoryWarmup MemoryWarmup { get; }

        /// <summary>Done when a caller has begun.</summary>
        public Task Began { get; }

        public void Dispose()
        {
            MemoryWarmup.Dispose();
            _host.Dispose();
        }
    }

    /// <summary>Tells when a caller asks for its model, which each does before it joins.</summary>
    private sealed class CalledEngine(IEngine engine, Action onCaller) : IEngine
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Called => _called.Task;

        public ModelIdentity Model
        {
            get
            {
                if (Thread.CurrentThread.Name?.StartsWith("sluice-infer", StringComparison.Ordinal) != true) return engine.Model;
                _called.TrySetResult();
                onCaller();
                return engine.Model;
            }
        }

        public IReadOnlyList<Mode> Modes => engine.Modes;

        public string CostNameOf(Mode mode) => engine.CostNameOf(mode);

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink) => engine.Run(batch, mode, sink);

        public void Dispose()
        {
        }
    }
}
