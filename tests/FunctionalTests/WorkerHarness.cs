using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Schemas;
using Sluice.Worker;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace FunctionalTests;

/// <summary>A whole worker over the tiny model, in this process; its settings are the variations.</summary>
internal sealed class WorkerHarness : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerHarness(IHost host, RecordedLog log) => (_host, Log) = (host, log);

    public static string TinyModel => Path.Combine(AppContext.BaseDirectory, "TinyModels", "tiny");

    public RecordedLog Log { get; }

    public ProgressSnapshot Progress => _host.Services.GetRequiredService<PipelineProgress>().Snapshot();

    public PipelineFailure Failure => _host.Services.GetRequiredService<PipelineFailure>();

    public IServiceProvider Services => _host.Services;

    /// <summary>Settings for documents of document.avsc, with small bounds and short times.</summary>
    public static Dictionary<string,
        string?> Settings(string bootstrapServers, Uri registry, TestTopics topics, params (string Name, string Value)[] more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Kafka:BootstrapServers"] = bootstrapServers,
            ["Kafka:GroupId"] = topics.Group,
            ["Kafka:InputTopics:0"] = topics.Input,
            ["Kafka:OutputTopic"] = topics.Output,
            ["Kafka:DeadLetterTopic"] = topics.DeadLetters,
            ["Kafka:CommitInterval"] = "00:00:00.100",
            ["Kafka:StartTimeout"] = "00:00:30",
            ["Kafka:Consumer:fetch.wait.max.ms"] = "20",
            ["Kafka:Consumer:heartbeat.interval.ms"] = "200",
            ["Registry:Url"] = registry.ToString(),
            ["Registry:RetryDelay"] = "00:00:00.050",
            ["Input:TextFields:0"] = "subject",
            ["Input:TextFields:1"] = "body",
            ["Model:Path"] = TinyModel,
            ["Batching:CostFolder"] = "none",
        };
        if (more.Contains(("Input:Format", "Text")))
            foreach (string field in settings.Keys.Where(name =>
                name.StartsWith("Input:TextFields", StringComparison.Ordinal)).ToArray()) settings.Remove(field);
        foreach ((string name, string value) in more) settings[name] = value;
        return settings;
    }

    /// <param name="settings">Names below Sluice.</param>
    /// <param name="started">Done when the worker has started; what lies there may be read by then.</param>
    /// <param name="configure">Changes what the worker is made of, before it starts.</param>
    /// <param name="parts">Registers parts in the place of the worker's own.</param>
    public static async Task<WorkerHarness> StartAsync(Dictionary<string, string?> settings, Action? started = null,
        Action<IServiceProvider>? configure = null, Action<IServiceCollection>? parts = null)
    {
        RecordedLog log = new();
        IHost host = WorkerHost.Create(settings, logging => logging.AddProvider(log), parts);
        try
        {
            configure?.Invoke(host.Services);
            await host.StartAsync();
            started?.Invoke();
            return new WorkerHarness(host, log);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>The registry's id of document.avsc for a topic.</summary>
    public static async Task<int> RegisterAsync(Uri registry, string topic, string? schema = null)
    {
        using RegistryClient client = new(new RegistryOptions { Url = registry.ToString() });
        return await client.RegisterAsync(topic + "-value", schema ?? Document.SchemaText);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
