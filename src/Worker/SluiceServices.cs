using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Inference.Engines;
using Sluice.Inference.Tokenization;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Monitoring;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace Sluice.Worker;

/// <summary>What the worker is made of, part by part. Registrations register: nothing is loaded, measured or asked for until
/// <see cref="StartupSteps"/> run.</summary>
/// <remarks>What a caller has registered before stays.</remarks>
internal static class SluiceServices
{
    public static IServiceCollection AddSluice(this IServiceCollection services) => services
        .AddSettings()
        .AddInference()
        .AddKafka()
        .AddDocuments()
        .AddPipeline()
        .AddStartup()
        .AddMonitoring()
        .AddHostedParts();

    private static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(p => Redaction.Of(p.GetRequiredService<IConfiguration>()));
        services.AddSection(KafkaOptions.Section, new KafkaOptionsValidator(), OptionsRules.Of);
        services.AddSection(InputOptions.Section, new InputOptionsValidator(), OptionsRules.Of, (_, input) => input.WithDefaults());
        services.AddSection(OutputOptions.Section, new OutputOptionsValidator(), OptionsRules.Of,
            (p, output) => output.WithDefaults(p.GetRequiredService<KafkaOptions>()));
        services.AddSection(RegistryOptions.Section, new RegistryOptionsValidator());
        services.AddSection(EngineOptions.Section, new EngineOptionsValidator(), OptionsRules.Of);
        services.AddSection(ControlOptions.Section, new ControlOptionsValidator(), FloorRules.Of); // before the model, which asks for it
        services.AddSection(ModelOptions.Section, new ModelOptionsValidator(), OptionsRules.Of,
            (p, model) => model.WithDefaults(p.GetRequiredService<EngineOptions>().Provider, p.GetRequiredService<ControlOptions>()));
        services.AddSection(BatchingOptions.Section, new BatchingOptionsValidator());
        services.AddSection(DeadLetterOptions.Section, new DeadLetterOptionsValidator());
        services.AddSection(DeliveryOptions.Section, new DeliveryOptionsValidator(), complete: (p, delivery) =>
            delivery.WithDefaults(p.GetRequiredService<KafkaOptions>()));
        services.AddSection(FaultsOptions.Section, new FaultsOptionsValidator(), SkipTo.FaultsOf);
        services.AddSection(MetricsOptions.Section, new MetricsOptionsValidator(), OptionsRules.Of);
        services.AddSection(PipelineOptions.Section, new PipelineOptionsValidator(), complete: (p, pipeline) =>
            pipeline with { IsOnGpu = p.GetRequiredService<EngineOptions>().IsOnGpu });
        services.AddOptions<HostOptions>().Configure<PipelineOptions>((host, pipeline) =>
            host.ShutdownTimeout = pipeline.DrainTimeout + TimeSpan.FromSeconds(15));
        return services;
    }

    private static IServiceCollection AddInference(this IServiceCollection services)
    {
        services.TryAddSingleton<CostClock>();
        services.TryAddSingleton<DeviceTurn>(); // one for the one engine
        services.TryAddSingleton(Store);
        return services;
    }

    private static IServiceCollection AddKafka(this IServiceCollection services)
    {
        services.TryAddSingleton<OffsetQueries>();
        services.TryAddSingleton<StartPositions>();
        services.TryAddSingleton<SkippedOffsets>();
        services.TryAddSingleton<RecordSource>();
        services.TryAddSingleton<RecordSink>();
        services.TryAddSingleton(Transactions);
        return services;
    }

    private static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        services.TryAddSingleton<RegistryClient>();
        services.TryAddSingleton<RejectionLog>();
        services.TryAddSingleton(p => ActivatorUtilities.CreateInstance<PassedOverLog>(p, p.GetRequiredService<InputOptions>().Envelope,
            p.GetRequiredService<DeadLetterOptions>().BrakeWindow));
        services.TryAddSingleton<FirstDocuments>();
        services.TryAddSingleton(Format);
        return services;
    }

    private static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        services.TryAddSingleton<PipelineProgress>();
        services.TryAddSingleton<PipelineFailure>();
        services.TryAddSingleton(p => new InFlightRecords(Limits(p.GetRequiredService<PipelineOptions>(),
            p.GetRequiredService<OutputOptions>().CopyFields.Length, p.GetRequiredService<DeliveryOptions>().ReplayWindow),
            p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(p =>
            new OffsetCommitter(p.GetRequiredService<RecordSource>().Commit, p.GetRequiredService<InFlightRecords>()));
        services.TryAddSingleton<ReadStep>();
        services.TryAddSingleton(p => new LagReader(p.GetRequiredService<OffsetQueries>(), p.GetRequiredService<StartPositions>(),
            p.GetRequiredService<InFlightRecords>(), sample => p.GetRequiredService<RecordSource>().LagSample = sample,
            p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<InferenceThreads>();
        services.TryAddSingleton(p => ActivatorUtilities.CreateInstance<OutputPartitions>(p,
            (Func<string, TimeSpan, int?>)p.GetRequiredService<OffsetQueries>().Partitions));
        services.TryAddSingleton<DeadLetters>();
        services.TryAddSingleton<RefusedRecords>();
        services.TryAddSingleton<LikelySetting>();
        services.TryAddSingleton<RejectionBrake>();
        services.TryAddSingleton<BrakedRejections>();
        services.TryAddSingleton<DeliveredShipments>();
        services.TryAddSingleton(Delivery);
        services.TryAddSingleton(p => new HeldLabels(p.GetRequiredService<IDelivery>().Send, p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PublishStep>();
        services.TryAddSingleton<FailedRuns>();
        services.TryAddSingleton<RecordFloors>();
        services.TryAddSingleton<ParkedRecords>();
        services.TryAddSingleton<ControlService>();
        services.TryAddSingleton<Func<ServedModel, ModelSteps>>(p => model => Steps(p, model));
        services.TryAddSingleton<PipelineService>();
        return services;
    }

    private static IServiceCollection AddStartup(this IServiceCollection services)
    {
        services.TryAddSingleton<BundleStep>();
        services.TryAddSingleton<SessionsStep>();
        services.TryAddSingleton<BudgetStep>();
        services.TryAddSingleton<MemoryStep>();
        services.TryAddSingleton<CostsStep>();
        services.TryAddSingleton<ClusterCheck>();
        services.TryAddSingleton<RegistryCheck>();
        services.TryAddSingleton<PredictionSchema>();
        services.TryAddSingleton<StartupSteps>();
        return services;
    }

    private static IServiceCollection AddMonitoring(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkerMetrics>();
        services.TryAddSingleton<MetricsReading>();
        services.TryAddSingleton<MonitoringAnswers>();
        services.TryAddSingleton<OutputTopics>();
        services.TryAddSingleton<StallSight>();
        return services;
    }

    /// <summary>Started in this order, and stopped in the other: whoever asks is answered while the worker starts and while it drains.
    /// </summary>
    private static IServiceCollection AddHostedParts(this IServiceCollection services)
    {
        services.AddHosted<MonitoringServer>();
        services.AddHosted<WorkerHealth>();
        services.AddHosted<StallWatch>();
        services.AddHosted<ProgressLog>();
        services.AddHosted<WorkerService>();
        return services;
    }

    private static void AddHosted<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.TryAddSingleton<T>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, T>(p => p.GetRequiredService<T>()));
    }

    private static void AddSection<T>(this IServiceCollection services, string section, IValidateOptions<T> ranges,
        Func<T, IEnumerable<string>>? rules = null, Func<IServiceProvider, T, T>? complete = null)
        where T : class
    {
        services.AddSingleton(new OptionsSection(section, typeof(T)));
        services.AddSingleton<IValidateOptions<T>>(new SectionValidator<T>(section, ranges, rules ?? (_ => [])));
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.TryAddSingleton(p => complete is null ? p.GetRequiredService<IOptions<T>>().Value
            : complete(p, p.GetRequiredService<IOptions<T>>().Value));
    }

    private static IDocumentFormat Format(IServiceProvider provider) => provider.GetRequiredService<InputOptions>().Format switch
    {
        InputFormat.Avro => ActivatorUtilities.CreateInstance<AvroFormat>(provider),
        InputFormat.Json => ActivatorUtilities.CreateInstance<JsonFormat>(provider),
        InputFormat.Text => new TextFormat(),
        var other => throw new UnreachableException($"There is no reader of {other}, though the settings allow it. This is a bug."),
    };

    private static InFlightLimits Limits(PipelineOptions options, int copiedFields, int replayWindow) =>
        new(options.DocumentsInFlight, options.TokensInFlight, options.MaxBytesInFlight, options.KeepKeyOrder,
            copiedFields == 0 ? null : valueBytes => CopiedFields.RoomFor(copiedFields, valueBytes), replayWindow);

    private static IDelivery Delivery(IServiceProvider provider) => provider.GetRequiredService<DeliveryOptions>().Mode switch
    {
        DeliveryMode.AtLeastOnce => ActivatorUtilities.CreateInstance<AtLeastOnce>(provider,
            (Action<OutboundRecord, Action<SendFailure?>, CancellationToken>)provider.GetRequiredService<RecordSink>().Send),
        DeliveryMode.ExactlyOnce => ActivatorUtilities.CreateInstance<ExactlyOnce>(provider,
            (Func<TransactionContent, TimeSpan, TransactionOutcome>)provider.GetRequiredService<TransactionalSink>().Run,
            (Func<IReadOnlyList<SourcePartition>, IReadOnlyDictionary<SourcePartition, long>?>)
                provider.GetRequiredService<OffsetQueries>().TryCommitted),
        var other => throw new UnreachableException($"There is no delivery {other}, though the settings allow it. This is a bug."),
    };

    private static TransactionalSink Transactions(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<TransactionalSink>(provider, provider.GetRequiredService<DeliveryOptions>().TransactionalId!,
            (Action)provider.GetRequiredService<InFlightRecords>().Wake);

    private static CostStore Store(IServiceProvider provider) => new(provider.GetRequiredService<BatchingOptions>().CostFolder switch
    {
        "" => CostStore.DefaultFolder,
        "none" => "",
        var folder => folder,
    });

    /// <summary>Makes the steps of the path that need the model.</summary>
    internal static ModelSteps Steps(IServiceProvider provider, ServedModel model)
    {
        int longest = model.Bundle.Identity.MaxTokens;
        WordPieceTokenizer tokenizer = model.Bundle.CreateTokenizer();
        int[] ids = new int[longest];
        int[] shortest = ids[..tokenizer.Encode([], ids).Count];
        PublishStep publish = provider.GetRequiredService<PublishStep>();
        BatchStep batches = ActivatorUtilities.CreateInstance<BatchStep>(provider, longest, model.Budget,
            provider.GetRequiredService<BatchingOptions>().AgeBound, model.Mode.Loaded.Count);
        return new ModelSteps(
            ActivatorUtilities.CreateInstance<DecodeStep>(provider, tokenizer, longest, batches),
            batches,
            ActivatorUtilities.CreateInstance<InferStep>(provider, model.Engine, model.Mode, model.ModeCosts, batches,
                (PublishLabel)publish.Label, (RejectDocument)publish.Reject, shortest));
    }
}
