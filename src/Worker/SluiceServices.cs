using System.Diagnostics;
using Microsoft.Extensions.Configuration;
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
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;
using Sluice.Worker.Wording;

namespace Sluice.Worker;

/// <summary>What the worker is made of, in the order of the path.</summary>
internal static class SluiceServices
{
    public static IServiceCollection AddSluice(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(p => Redaction.Of(p.GetRequiredService<IConfiguration>()));
        services.AddSection(KafkaOptions.Section, new KafkaOptionsValidator(), OptionsRules.Of);
        services.AddSection(InputOptions.Section, new InputOptionsValidator(), OptionsRules.Of, input => input.WithDefaults());
        services.AddSection(RegistryOptions.Section, new RegistryOptionsValidator());
        services.AddSection(ModelOptions.Section, new ModelOptionsValidator(), OptionsRules.Of);
        services.AddSection(EngineOptions.Section, new EngineOptionsValidator());
        services.AddSection(BatchingOptions.Section, new BatchingOptionsValidator());
        services.AddSection(PipelineOptions.Section, new PipelineOptionsValidator());

        services.AddSingleton<PipelineProgress>();
        services.AddSingleton<PipelineFailure>();
        services.AddSingleton(p => ModelBundle.Load(p.GetRequiredService<ModelOptions>().Path));
        services.AddSingleton<StudentWarning>();
        services.AddSingleton(Engine);
        services.AddSingleton(FirstMode);
        services.AddSingleton(p => new InFlightRecords(Limits(p)));
        services.AddSingleton<RecordSource>();
        services.AddSingleton(p =>
            new OffsetCommitter(p.GetRequiredService<RecordSource>().Commit, p.GetRequiredService<InFlightRecords>()));
        services.AddSingleton<ReadStep>();                     // step 1: read; and the last one: commit
        services.AddSingleton(p => p.GetRequiredService<ModelBundle>().CreateTokenizer());
        services.AddSingleton<RegistryClient>();
        services.AddSingleton<RegistryWarning>();
        services.AddSingleton(DocumentReader);
        services.AddSingleton(Decode);                         // step 2: decode and tokenize
        services.AddSingleton<CostClock>();
        services.AddSingleton(Store);
        services.AddSingleton(Costs);
        services.AddSingleton(CostsByMode);
        services.AddSingleton(Batches);                        // steps 3 and 4: wait, and batch by plan
        services.AddSingleton(Rehearse);
        services.AddSingleton(Infer);                          // step 5: infer
        services.AddSingleton<RecordSink>();
        services.AddSingleton<RejectionLog>();
        services.AddSingleton<RefusedRecords>();
        services.AddSingleton(Delivery);
        services.AddSingleton<PublishStep>();                  // step 6: publish; deliveries finish records, whose offsets step 1 commits
        services.AddSingleton<ClusterCheck>();
        services.AddSingleton<PredictionSchema>();
        services.AddSingleton<PipelineStart>();
        services.AddSingleton<IHostedService, WorkerMetrics>();
        services.AddSingleton<IHostedService, ProgressLog>();  // before the path, so that it is stopped after it
        services.AddSingleton<IHostedService, PipelineService>();
        services.AddOptions<HostOptions>().Configure<PipelineOptions>((host, pipeline) =>
            host.ShutdownTimeout = pipeline.DrainTimeout + TimeSpan.FromSeconds(15));
        return services;
    }

    private static void AddSection<T>(this IServiceCollection services, string section, IValidateOptions<T> ranges, Func<T,
        IEnumerable<string>>? rules = null, Func<T, T>? complete = null)
        where T : class
    {
        services.AddSingleton(new OptionsSection(section, typeof(T)));
        services.AddSingleton<IValidateOptions<T>>(new SectionValidator<T>(section, ranges, rules ?? (_ => [])));
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton(p => complete is null ? p.GetRequiredService<IOptions<T>>().Value
            : complete(p.GetRequiredService<IOptions<T>>().Value));
    }

    private static IDocumentFormat DocumentReader(IServiceProvider provider) => provider.GetRequiredService<InputOptions>().Format switch
    {
        InputFormat.Avro => ActivatorUtilities.CreateInstance<AvroFormat>(provider),
        InputFormat.Json => ActivatorUtilities.CreateInstance<JsonFormat>(provider),
        InputFormat.Text => new TextFormat(),
        var format => throw new UnreachableException($"Format {format} has no reader. This is a bug."),
    };

    private static InFlightLimits Limits(IServiceProvider provider)
    {
        PipelineOptions options = provider.GetRequiredService<PipelineOptions>();
        return new InFlightLimits(options.MaxDocumentsInFlight, options.MaxTokensInFlight, options.MaxBytesInFlight,
            provider.GetRequiredService<ModelBundle>().Identity.MaxTokens, options.KeepKeyOrder);
    }

    private static AtLeastOnce Delivery(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<AtLeastOnce>(provider,
            (Action<OutboundRecord, Action<SendFailure?>, CancellationToken>)provider.GetRequiredService<RecordSink>().Send);

    private static DecodeStep Decode(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<DecodeStep>(provider, provider.GetRequiredService<ModelBundle>().Identity.MaxTokens);

    private static IEngine Engine(IServiceProvider provider)
    {
        ILogger<IEngine> logger = provider.GetRequiredService<ILogger<IEngine>>();
        Redaction redaction = provider.GetRequiredService<Redaction>();
        OnnxEnvironment.LogSink = (_, message) => Log.OnnxRuntime(logger,
            ForeignText.OneLine(redaction.Clean(message), ForeignText.Message));
        EngineOptions options = provider.GetRequiredService<EngineOptions>();
        return ArenaLimit.Within(options, () =>
            new EngineSelector(provider.GetRequiredService<ModelBundle>(), provider.GetRequiredService<ModelOptions>().UsableModes,
                options, provider.GetRequiredService<StudentWarning>().Add,
                (measured, strategy) => Log.StudentWay(logger, measured, strategy),
                (mode, bytes) => Log.ModeLoaded(logger, mode.Name, mode.Precision, bytes >> 20)));
    }

    private static CurrentMode FirstMode(IServiceProvider provider) =>
        new(provider.GetRequiredService<IEngine>().Modes, provider.GetRequiredService<ModelOptions>().ServedMode);

    private static BatchBudget Budget(IServiceProvider provider)
    {
        BatchingOptions options = provider.GetRequiredService<BatchingOptions>();
        int longest = provider.GetRequiredService<ModelBundle>().Identity.MaxTokens;
        return options.MaxTokens >= longest ? new BatchBudget(options.MaxRows, options.MaxTokens) : throw new OptionsValidationException(
            "", typeof(BatchingOptions),
                [$"{BatchingOptions.Section}:MaxTokens is {options.MaxTokens}, but the model takes documents of {longest} tokens; raise it to {longest} or more."]);
    }

    private static CostStore Store(IServiceProvider provider) => new(provider.GetRequiredService<BatchingOptions>().CostFolder switch
    {
        "" => CostStore.DefaultFolder,
        "none" => "",
        var folder => folder,
    });

    private static CostModels Costs(IServiceProvider provider)
    {
        ILogger<CostModels> logger = provider.GetRequiredService<ILogger<CostModels>>();
        CostFingerprint origin = CostWarmup.OriginOf(provider.GetRequiredService<ModelBundle>(),
            provider.GetRequiredService<EngineOptions>());
        CostModels book = provider.GetRequiredService<CostStore>().Load(origin, out string? refusal);
        if (refusal is not null) Log.CostsRefused(logger, refusal);
        return book;
    }

    private static BatchStep Batches(IServiceProvider provider) => ActivatorUtilities.CreateInstance<BatchStep>(
        provider, provider.GetRequiredService<ModelBundle>().Identity.MaxTokens, Budget(provider),
            provider.GetRequiredService<BatchingOptions>().AgeBound);

    private static MemoryWarmup Rehearse(IServiceProvider provider) => new(
        provider.GetRequiredService<IEngine>(), provider.GetRequiredService<ModelOptions>().UsableModes,
        provider.GetRequiredService<ModelBundle>().Manifest.Encoder.VocabularySize, Budget(provider),
        provider.GetRequiredService<PipelineOptions>().Callers, provider.GetRequiredService<EngineOptions>());

    private static ModeCosts CostsByMode(IServiceProvider provider)
    {
        IEngine engine = provider.GetRequiredService<IEngine>();
        return new ModeCosts(provider.GetRequiredService<CostModels>(), engine.Modes.Select(mode => (mode, engine.CostNameOf(mode))),
            provider.GetRequiredService<PipelineOptions>().Callers);
    }

    private static InferStep Infer(IServiceProvider provider)
    {
        BatchBudget budget = Budget(provider);
        provider.GetRequiredService<MemoryWarmup>().Prepare(); // before the lesson, whose runs would pass for one
        foreach (Mode mode in provider.GetRequiredService<ModelOptions>().UsableModes) Learn(provider, mode, budget);
        PublishLabel publish = provider.GetRequiredService<PublishStep>().Label;
        return ActivatorUtilities.CreateInstance<InferStep>(provider, budget, publish);
    }

    private static void Learn(IServiceProvider provider, Mode mode, BatchBudget budget)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger<CostModels> logger = provider.GetRequiredService<ILogger<CostModels>>();
        CostModel costs = provider.GetRequiredService<ModeCosts>()[mode];
        long began = time.GetTimestamp();
        int run = ArenaLimit.Within(provider.GetRequiredService<EngineOptions>(), () =>
            CostWarmup.Give(costs, provider.GetRequiredService<IEngine>(), mode, budget, provider.GetRequiredService<CostClock>()));
        if (run > 0) Log.CostsLearned(logger, run, (long)time.GetElapsedTime(began).TotalMilliseconds);
        else Log.CostsKnown(logger, costs.Current.MeanError);
    }
}
