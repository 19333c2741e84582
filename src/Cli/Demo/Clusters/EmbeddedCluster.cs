using System.Globalization;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Embedded;
using Sluice.Worker.Documents.Registry;

namespace Sluice.Cli.Demo.Clusters;

/// <summary>Broker and registry inside this process; they end with it and leave nothing.</summary>
internal sealed class EmbeddedCluster : IDemoCluster
{
    /// <summary>How long a fetch that finds nothing waits, in milliseconds.</summary>
    /// <remarks>
    /// A real broker answers as soon as something comes; the mock cluster waits for this long even then (rdkafka_mock_handlers.c, "If there
    /// was no data, delay up to MaxWait"), and librdkafka's default of 500 ms would count as the worker's latency.
    /// </remarks>
    public const int FetchWaitMs = 10;

    private readonly EmbeddedBroker _broker;
    private readonly EmbeddedRegistry _registry;

    private EmbeddedCluster(EmbeddedBroker broker, EmbeddedRegistry registry, Uri address)
    {
        (_broker, _registry) = (broker, registry);
        RegistryOptions = new RegistryOptions { Url = address.ToString() };
    }

    public string BootstrapServers => _broker.BootstrapServers;

    public RegistryOptions RegistryOptions { get; }

    public Dictionary<string, string> ClientSettings => new() { ["bootstrap.servers"] = BootstrapServers };

    public IReadOnlyDictionary<string, string?> WorkerSettings { get; } = new Dictionary<string, string?>
    {
        ["Kafka:Consumer:fetch.wait.max.ms"] = FetchWaitMs.ToString(CultureInfo.InvariantCulture),
    };

    public string Description => $"embedded broker {BootstrapServers}, embedded registry {RegistryOptions.Url}";

    public DemoTopics Topics { get; } = DemoTopics.With("");

    /// <summary>Half of what the broker keeps of one partition, so that nothing is dropped unread even if all of it falls on one.</summary>
    public long MaxUnreadBytes => EmbeddedBroker.BytesPerPartition / 2;

    public static async Task<EmbeddedCluster> StartAsync(CancellationToken cancellation)
    {
        EmbeddedBroker broker = EmbeddedBroker.Start();
        var registry = new EmbeddedRegistry();
        try
        {
            return new EmbeddedCluster(broker, registry, await registry.StartAsync(cancellation));
        }
        catch
        {
            await registry.DisposeAsync();
            broker.Dispose();
            throw;
        }
    }

    public Task CreateTopicsAsync(int partitions, CancellationToken cancellation)
    {
        foreach (string topic in Topics.All)
            _broker.CreateTopic(topic, partitions);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _broker.Dispose();
    }
}
