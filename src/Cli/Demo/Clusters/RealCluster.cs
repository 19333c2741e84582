using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Cli.Demo.Settings;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Demo.Clusters;

/// <summary>
/// A Kafka cluster and a registry that stand already. The demo makes topics of its own there and deletes them at the end.
/// </summary>
internal sealed class RealCluster : IDemoCluster
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    private readonly IAdminClient _admin;
    private readonly Action<string> _warn;
    private readonly List<string> _created = [];

    /// <param name="bootstrapServers">host:port, several separated by commas.</param>
    /// <param name="registryUrl">The registry's base address.</param>
    /// <param name="now">Makes the names of this run its own.</param>
    /// <param name="warn">Takes a line for each thing that could not be deleted at the end.</param>
    /// <exception cref="InvalidDataException">The registry's address or settings are wrong; nothing was made on the cluster
    /// yet.</exception>
    /// <exception cref="ClusterException">librdkafka makes no client of the settings.</exception>
    public RealCluster(string bootstrapServers, string registryUrl, DateTimeOffset now, Action<string> warn)
    {
        _warn = warn;
        BootstrapServers = bootstrapServers;
        RegistryOptions = EnvironmentSettings.RegistryAt(registryUrl, WorkerSettings);
        string run = now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        Topics = DemoTopics.With($"sluice-demo.{run}-{Environment.ProcessId}.");
        _admin = Worker.Kafka.ClientSettings.Build(
            new AdminClientBuilder(ClientSettings).SetLogHandler((_, _) => { }).Build, "admin client", EnvironmentSettings.Redaction);
    }

    public string BootstrapServers { get; }

    public RegistryOptions RegistryOptions { get; }

    public Dictionary<string, string> ClientSettings => EnvironmentSettings.ForClients(WorkerSettings, BootstrapServers);

    public IReadOnlyDictionary<string, string?> WorkerSettings { get; } = EnvironmentSettings.All;

    public string Description => $"cluster {BootstrapServers}, registry {RegistryOptions.Url}";

    public DemoTopics Topics { get; }

    /// <summary>A real broker keeps what is unread; this bounds the demo's own memory.</summary>
    public long MaxUnreadBytes => 256L * 1024 * 1024;

    /// <inheritdoc/>
    /// <exception cref="ClusterException">No broker answers, or the topics are refused.</exception>
    public async Task CreateTopicsAsync(int partitions, CancellationToken cancellation)
    {
        try
        {
            await _admin.CreateTopicsAsync(
                // A replication factor of -1 is the cluster's default.
                Topics.All.Select(name => new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = -1 }),
                new CreateTopicsOptions { RequestTimeout = AnswerTimeout, OperationTimeout = AnswerTimeout }).WaitAsync(cancellation);
            _created.AddRange(Topics.All);
        }
        catch (CreateTopicsException failure)
        {
            _created.AddRange(failure.Results.Where(result => !result.Error.IsError).Select(result => result.Topic));
            string reasons = string.Join("; ",
                failure.Results.Where(result => result.Error.IsError).Select(result => $"{result.Topic}: {result.Error.Reason}"));
            throw new ClusterException($"The cluster at {BootstrapServers} did not make the demo's topics: {reasons}.", failure);
        }
        catch (KafkaException failure)
        {
            throw new ClusterException(
                $"No broker at {BootstrapServers} answered within {AnswerTimeout.TotalSeconds:0} s ({failure.Error.Reason}). "
                + "Is --cluster the address that the broker advertises?", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_created.Count > 0)
        {
            using var registry = new RegistryClient(RegistryOptions with { Attempts = 1 });
            await TryAsync($"the topics {string.Join(", ", _created)}", () =>
                _admin.DeleteTopicsAsync(_created,
                    new DeleteTopicsOptions { RequestTimeout = AnswerTimeout, OperationTimeout = AnswerTimeout }));
            await TryAsync($"the group {Topics.Group}", () =>
                _admin.DeleteGroupsAsync([Topics.Group], new DeleteGroupsOptions { RequestTimeout = AnswerTimeout }));
            await TryAsync("its schemas", async () =>
            {
                await registry.DeleteSubjectAsync(SubjectName.OfValue(Topics.Documents));
                await registry.DeleteSubjectAsync(SubjectName.OfValue(Topics.Labels));
            });
        }

        _admin.Dispose();
    }

    // The run is over and its result stands; what could not be deleted is for a person to delete.
    private async Task TryAsync(string what, Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (Exception failure) when (failure is KafkaException or RegistryUnavailableException or RegistryRefusedException)
        {
            _warn($"Could not delete {what}: {EnvironmentSettings.Redaction.Clean(failure.Message)}. Delete by hand what is left.");
        }
    }
}
