using FunctionalTests.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace FunctionalTests.Startup;

/// <summary>Each step of the start alone, and their order.</summary>
[Collection(TestClusterTests.Name)]
public sealed class StartupStepsTests(TestCluster cluster) : IDisposable
{
    private readonly RecordedLog _log = new();
    private IHost? _host;

    [Fact]
    public async Task A_start_tells_each_step_with_its_time_in_order()
    {
        Create();
        await _host!.StartAsync(TestContext.Current.CancellationToken);
        await _host.StopAsync(TestContext.Current.CancellationToken);
        string[] steps = ["bundle", "sessions", "memory", "costs", "cluster", "registry", "prediction schema"];
        string[] told = [.. _log.Lines.Where(line => line.Id == 117).Select(line => line.Text)];
        Assert.Equal(steps.Length, told.Length);
        Assert.All(steps.Zip(told), step => Assert.Matches($"^Start: {step.First} done in [0-9]+ ms$", step.Second));
    }

    [Fact]
    public async Task Where_nothing_is_Avro_no_registry_is_asked_and_the_log_says_so()
    {
        StartupSteps steps = Create(("Output:Format", "Json"), ("Registry:Url", "http://127.0.0.1:1")).GetRequiredService<StartupSteps>();
        ServedModel served = await steps.RunAsync(TestContext.Current.CancellationToken);
        Assert.IsType<JsonLabels>(served.Labels);
        Assert.Equal(["bundle", "sessions", "memory", "costs", "cluster"], StepsTold());
        Assert.Equal("No schema registry is used: documents are read as Text and labels are written as Json. What is set under "
            + "Sluice:Registry does not matter", Assert.Single(_log.Lines, line => line.Id == 310).Text);
        await _host!.Services.GetRequiredService<InferenceThreads>().LeaveAsync();
    }

    [Fact]
    public async Task Labels_in_JSON_need_no_schema_of_theirs_though_Avro_documents_need_the_registry()
    {
        ServedModel served = await Create(("Input:Format", "Avro"), ("Output:Format", "Json"), ("Input:TextFields:0", "body"))
            .GetRequiredService<StartupSteps>().RunAsync(TestContext.Current.CancellationToken);
        Assert.IsType<JsonLabels>(served.Labels);
        Assert.Equal(["bundle", "sessions", "memory", "costs", "cluster", "registry"], StepsTold());
        Assert.DoesNotContain(_log.Lines, line => line.Id == 310);
        await _host!.Services.GetRequiredService<InferenceThreads>().LeaveAsync();
    }

    [Fact]
    public async Task Avro_documents_wait_for_the_registry_whatever_labels_are()
    {
        StartupSteps steps = Create(("Input:Format", "Avro"), ("Output:Format", "Json"), ("Input:TextFields:0", "body"),
            ("Registry:Url", "http://127.0.0.1:1"), ("Registry:Attempts", "1"), ("Kafka:StartTimeout", "00:00:01"))
            .GetRequiredService<StartupSteps>();
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => steps.RunAsync(TestContext.Current.CancellationToken));
        await _host!.Services.GetRequiredService<InferenceThreads>().LeaveAsync();
    }

    /// <summary>As on a GPU, over sessions of the CPU: 4,096 tokens may be in flight for two threads, two batches each.</summary>
    [Fact]
    public async Task On_a_GPU_the_budget_is_found_between_sessions_and_memory_and_serves()
    {
        IServiceProvider services = Create(("Batching:MaxRows", "7"), ("Batching:AgeBound", "01:00:00"));
        StartupSteps steps = ActivatorUtilities.CreateInstance<StartupSteps>(services,
            OnGpu(services, new PipelineOptions { IsOnGpu = true, MaxTokensInFlight = 4096 }));
        ServedModel served = await steps.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new BatchBudget(7, 1024), served.Budget);
        Assert.Equal(["bundle", "sessions", "budget", "memory"],
            _log.Lines.Where(line => line.Id == 117).Take(4).Select(line => line.Text.Split(' ')[1]));
        Assert.Same(services.GetRequiredService<DeviceTurn>(), services.GetRequiredService<DeviceTurn>());
        await services.GetRequiredService<InferenceThreads>().LeaveAsync();
    }

    [Fact]
    public async Task A_step_that_fails_is_told_by_its_name_and_no_later_one_runs()
    {
        StartupSteps steps = Create(("Kafka:InputTopics:0", "no-such-topic"), ("Kafka:StartTimeout", "00:00:01"),
            ("Registry:Url", "http://127.0.0.1:1")).GetRequiredService<StartupSteps>();
        await Assert.ThrowsAsync<ClusterException>(() => steps.RunAsync(CancellationToken.None));
        (_, LogLevel level, string last) = _log.Lines.Last(line => line.Id == 117);
        Assert.Equal(LogLevel.Error, level);
        Assert.StartsWith("Start: cluster failed in ", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Debezium", "false", 1)]
    [InlineData("Debezium", "true", 0)]
    [InlineData("None", "false", 0)]
    public async Task Deletes_without_the_order_of_keys_are_warned_of_first(string envelope, string keepKeyOrder, int times)
    {
        string folder = Directory.CreateTempSubdirectory("sluice-bundle-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), "no manifest", TestContext.Current.CancellationToken);
        StartupSteps steps = Create(("Model:Path", folder), ("Input:Format", "Json"), ("Input:Envelope", envelope),
            ("Pipeline:KeepKeyOrder", keepKeyOrder)).GetRequiredService<StartupSteps>();
        await Assert.ThrowsAsync<BundleException>(() => steps.RunAsync(CancellationToken.None));
        Assert.Equal(times, _log.Lines.Count(line => line.Id == 311 && line.Level == LogLevel.Warning));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_bad_bundle_is_told_before_a_cluster_that_does_not_answer()
    {
        string folder = Directory.CreateTempSubdirectory("sluice-bundle-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.json"), "no manifest", TestContext.Current.CancellationToken);
        StartupSteps steps = Create(("Model:Path", folder), ("Kafka:BootstrapServers", "127.0.0.1:1")).GetRequiredService<StartupSteps>();
        await Assert.ThrowsAsync<BundleException>(() => steps.RunAsync(CancellationToken.None));
        Assert.StartsWith("Start: bundle failed in ", Assert.Single(_log.Lines, line => line.Id == 117).Text, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_start_that_is_stopped_before_it_began_runs_no_step()
    {
        StartupSteps steps = Create().GetRequiredService<StartupSteps>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => steps.RunAsync(new CancellationToken(canceled: true)));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Bundle_gives_the_budget_and_bounds_what_a_record_may_hold()
    {
        IServiceProvider services = Create(("Batching:MaxRows", "7"), ("Batching:MaxTokens", "64"));
        (ModelBundle bundle, BatchBudget budget) = services.GetRequiredService<BundleStep>().Load();
        Assert.Equal(("tiny", 7, 64), (bundle.Identity.Id, budget.MaxRows, budget.MaxTokens));
        InFlightRecords records = services.GetRequiredService<InFlightRecords>();
        records.Enter(new InboundRecord(new SourcePartition("documents", 0), 0, null, new byte[1_000_000], [], null));
        Assert.Equal(bundle.Identity.MaxTokens, records.Tokens);
    }

    [Fact]
    public void Bundle_refuses_a_budget_below_the_longest_document()
    {
        BundleStep step = Create(("Batching:MaxTokens", "16")).GetRequiredService<BundleStep>();
        Assert.Contains("raise it to 32 or more", Assert.Throws<OptionsValidationException>(() => step.Load()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_open_the_mode_that_serves_and_tell_of_it()
    {
        IServiceProvider services = Create(("Model:Mode", "students:2"));
        EngineSelector engine = services.GetRequiredService<SessionsStep>().Open(services.GetRequiredService<BundleStep>().Load().Bundle);
        Assert.Equal(Mode.Students(2, Precision.Int8), engine.Modes[^1]);
        Assert.Contains("(students:2, Int8) is loaded", Assert.Single(_log.Lines, line => line.Id == 100).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_name_a_mode_that_the_bundle_lacks()
    {
        IServiceProvider services = Create(("Model:Mode", "students:9"));
        ModelBundle bundle = services.GetRequiredService<BundleStep>().Load().Bundle;
        Assert.Contains("cannot label in mode students:9",
            Assert.Throws<BundleException>(() => services.GetRequiredService<SessionsStep>().Open(bundle)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_refuse_a_bundle_that_changed_since_it_was_checked()
    {
        using BundleCopy copy = new();
        IServiceProvider services = Create(("Model:Path", copy.Folder));
        ModelBundle bundle = services.GetRequiredService<BundleStep>().Load().Bundle;
        copy.Bytes("weights.bin", bytes => [.. bytes.Reverse()]);
        Assert.Contains("weights.bin was replaced or written to after it was checked",
            Assert.Throws<BundleException>(() => services.GetRequiredService<SessionsStep>().Open(bundle)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>As on a GPU, over sessions of the CPU: every budget up to the most is packed and run.</summary>
    [Fact]
    public void Budget_is_found_by_running_batches_up_to_the_most_that_there_may_be()
    {
        IServiceProvider services = Create(("Batching:AgeBound", "01:00:00"));
        (ModelBundle bundle, BatchBudget least) = services.GetRequiredService<BundleStep>().Load();
        EngineSelector engine = services.GetRequiredService<SessionsStep>().Open(bundle);
        BudgetStep step = OnGpu(services, new PipelineOptions { IsOnGpu = true });
        Assert.False(services.GetRequiredService<BudgetStep>().IsNeeded);
        Assert.Equal(new BatchBudget(BatchingOptions.MostRows, BatchingOptions.MostTokens), step.Find(engine, least));
        Assert.Contains("4096 documents and 65536 tokens", Assert.Single(_log.Lines, line => line.Id == 119).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_is_taken_on_threads_that_then_wait_for_work_until_they_are_sent_home()
    {
        IServiceProvider services = Create();
        (ModelBundle bundle, BatchBudget budget) = services.GetRequiredService<BundleStep>().Load();
        EngineSelector engine = services.GetRequiredService<SessionsStep>().Open(bundle);
        await services.GetRequiredService<MemoryStep>().TakeAsync(bundle, engine, budget, CancellationToken.None);
        Assert.Single(_log.Lines, line => line.Id == 112);
        InferenceThreads threads = services.GetRequiredService<InferenceThreads>();
        Assert.False(threads.Ended.IsCompleted);
        await threads.LeaveAsync();
        Assert.True(threads.Ended.IsCompleted);
    }

    [Fact]
    public void Costs_are_learned_once()
    {
        IServiceProvider services = Create();
        (ModelBundle bundle, BatchBudget budget) = services.GetRequiredService<BundleStep>().Load();
        EngineSelector engine = services.GetRequiredService<SessionsStep>().Open(bundle);
        (CostModels all, ModeCosts own) = services.GetRequiredService<CostsStep>().Know(bundle, engine, budget);
        Assert.InRange(own[engine.Modes[0]].Current.Batches, 1, 18); // whether it is trusted yet depends on how busy the machine is
        Assert.Same(own[engine.Modes[0]], all[Assert.Single(all.Keys)]);
        Assert.Single(_log.Lines, line => line.Id == 109);
    }

    [Fact]
    public async Task Cluster_waits_for_the_topics_and_ends_when_they_are_there()
    {
        IServiceProvider services = Create();
        await services.GetRequiredService<ClusterCheck>().WaitAsync(Began(services), CancellationToken.None);
        Assert.DoesNotContain(_log.Lines, line => line.Id == 209);
    }

    [Fact]
    public async Task Registry_is_answered_by_a_refusal_too_and_waited_for_while_it_is_down()
    {
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(cluster.RegistryUrl);
        registry.Down();
        IServiceProvider services = Create(("Registry:Url", registry.Url.ToString()), ("Registry:Attempts", "1"));
        Task waiting = services.GetRequiredService<RegistryCheck>().WaitAsync(Began(services), CancellationToken.None);
        await _log.WaitForAsync(301, "The start waits for the schema registry");
        Assert.False(waiting.IsCompleted);
        registry.Up(); // and says that it knows no such id
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await _log.WaitForAsync(304);
    }

    [Fact]
    public async Task A_registry_that_stays_away_ends_the_wait_with_its_address()
    {
        IServiceProvider services = Create(("Registry:Url", "http://127.0.0.1:1"), ("Registry:Attempts", "1"),
            ("Kafka:StartTimeout", "00:00:01"));
        Assert.Contains("127.0.0.1:1", (await Assert.ThrowsAsync<RegistryUnavailableException>(() =>
            services.GetRequiredService<RegistryCheck>().WaitAsync(Began(services), CancellationToken.None))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prediction_schema_gets_the_same_id_again()
    {
        IServiceProvider services = Create();
        PredictionSchema schema = services.GetRequiredService<PredictionSchema>();
        int id = await schema.GetIdAsync(Began(services), CancellationToken.None);
        Assert.Equal(id, await schema.GetIdAsync(Began(services), CancellationToken.None));
        Assert.True(id > 0);
    }

    public void Dispose() => _host?.Dispose();

    private IEnumerable<string> StepsTold() => _log.Lines.Where(line => line.Id == 117).Select(line => line.Text.Split(' ')[1]);

    private static BudgetStep OnGpu(IServiceProvider services, PipelineOptions pipeline)
    {
        EngineOptions gpu = new() { Provider = ExecutionProvider.Cuda };
        return new BudgetStep(services.GetRequiredService<ModelOptions>(), services.GetRequiredService<BatchingOptions>(), pipeline, gpu,
            new CostClock(gpu, TimeProvider.System), new Redaction([]), services.GetRequiredService<ILogger<BudgetStep>>());
    }

    private static long Began(IServiceProvider services) => services.GetRequiredService<TimeProvider>().GetTimestamp();

    private IServiceProvider Create(params (string Name, string Value)[] more)
    {
        _host = WorkerHost.Create(WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, cluster.CreateTopics(),
            [("Input:Format", "Text"), .. more]), logging => logging.AddProvider(_log));
        return _host.Services;
    }
}
