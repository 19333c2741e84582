using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Inference.Engines;
using Sluice.Worker;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;

namespace Benchmarks.Deliveries;

/// <summary>The whole worker as it is set by default, but with an engine that answers at once, and batches that such a one takes.</summary>
internal sealed class SluiceSystem : DeliverySystem
{
    private readonly IHost _host;
    private readonly PipelineProgress _progress;
    private readonly PipelineFailure _failure;

    private SluiceSystem(IHost host)
    {
        _host = host;
        _progress = host.Services.GetRequiredService<PipelineProgress>();
        _failure = host.Services.GetRequiredService<PipelineFailure>();
    }

    public override long Delivered => _progress.Finished;

    public override Exception? Failure => _failure.First;

    /// <summary>Starts one, in a group of its own.</summary>
    /// <param name="topics">What it reads and writes.</param>
    /// <param name="registry">Of the labels' schema.</param>
    /// <param name="mode">What it promises.</param>
    /// <param name="interval">Of transactions; null for the default.</param>
    public static async Task<DeliverySystem> StartAsync(DeliveryTopics topics, Uri registry, DeliveryMode mode, TimeSpan? interval = null)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Kafka:BootstrapServers"] = topics.Kafka,
            ["Kafka:GroupId"] = $"{topics.Name}-{Guid.NewGuid():N}",
            ["Kafka:InputTopics:0"] = topics.Input,
            ["Kafka:OutputTopic"] = topics.Output,
            ["Kafka:DeadLetterTopic"] = topics.DeadLetters,
            ["Registry:Url"] = registry.ToString(),
            ["Input:Format"] = "Text",
            ["Model:Path"] = Path.Combine(BenchmarkData.RepositoryRoot(), "models", "sst2"),
            ["Model:Mode"] = "swift",
            ["Batching:MaxTokens"] = "4096",
            ["Batching:CostFolder"] = "none",
            ["Delivery:Mode"] = mode.ToString(),
        };
        if (interval is { } given) settings["Delivery:TransactionInterval"] = given.ToString("c");
        IHost host = WorkerHost.Create(settings, parts: services => services.AddSingleton<Func<ServedModel, ModelSteps>>(provider =>
            model => SluiceServices.Steps(provider, model with { Engine = new ConstantEngine(model.Engine.Model, model.Engine.Modes) })));
        try
        {
            await host.StartAsync();
            return new SluiceSystem(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
