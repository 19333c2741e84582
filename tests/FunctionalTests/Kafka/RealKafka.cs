using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Testcontainers.Kafka;

namespace FunctionalTests.Kafka;

/// <summary>
/// A Kafka cluster for the tests of one class: the one that <c>SLUICE_TEST_KAFKA</c> names, else one of the shared folder's script, else
/// one in Docker. Where there is none, whoever asks for it is skipped.
/// </summary>
public sealed class RealKafka : IAsyncLifetime
{
    private const string Image = "apache/kafka:4.1.0";

    private readonly List<string> _topics = [];
    private string? _servers;
    private string _why = "";
    private KafkaServer? _server;
    private KafkaContainer? _container;

    /// <summary>Skips the test that asks where there is no broker.</summary>
    public string BootstrapServers
    {
        get
        {
            if (_servers is null) Need.Kafka.Missing(_why);
            return _servers;
        }
    }

    public async ValueTask InitializeAsync()
    {
        (_server, string noServer) = await KafkaServer.StartAsync();
        _servers = _server?.BootstrapServers;
        if (_servers is not null) return;
        (_container, string noDocker) = await Docker.StartAsync(() => new KafkaBuilder(Image).Build());
        _servers = _container?.GetBootstrapAddress();
        _why = $"{noServer}, and {noDocker}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsOurs: false } && _topics.Count > 0) // somebody else's cluster
        {
            using IAdminClient admin = CreateAdmin();
            await admin.DeleteTopicsAsync(_topics);
        }

        if (_server is not null) await _server.DisposeAsync();
        if (_container is not null) await _container.DisposeAsync();
    }

    /// <summary>Topics that no other test knows, for messages of up to 16 MiB.</summary>
    /// <param name="partitions">Of each.</param>
    /// <param name="labels">Further settings of the output topic.</param>
    internal async Task<TestTopics> CreateTopicsAsync(int partitions, params (string Name, string Value)[] labels)
    {
        TestTopics topics = TestTopics.Create();
        using IAdminClient admin = CreateAdmin();
        string[] names = [topics.Input, topics.Output, topics.DeadLetters];
        await admin.CreateTopicsAsync(names.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = -1, // the cluster's default
            Configs = (topic == topics.Output ? labels : []).Append(("max.message.bytes", "16777216"))
                .ToDictionary(setting => setting.Item1, setting => setting.Item2),
        }));
        _topics.AddRange(names);
        return topics;
    }

    /// <summary>
    /// Skips the test where the broker may not be killed: one that was named, or one in a container, whose port would change.
    /// </summary>
    internal void MustBeOursToKill()
    {
        _ = BootstrapServers;
        if (_server is not { IsOurs: true }) Need.KafkaCrash.Missing("the broker at hand was not started by the shared folder's script");
    }

    /// <summary>SIGKILL: a crash.</summary>
    internal Task KillAsync() => _server!.KillAsync();

    /// <summary>Stops the broker as an operator does, has the log of a partition changed, and starts it again.</summary>
    /// <param name="topic">Which.</param>
    /// <param name="partition">Which of it.</param>
    /// <param name="change">Is given the partition's folder.</param>
    internal async Task<T> ChangeLogAsync<T>(string topic, int partition, Func<string, T> change)
    {
        await _server!.TermAsync();
        T changed = change(_server.FolderOf(topic, partition));
        await UpAsync();
        return changed;
    }

    /// <summary>Starts the broker again on its old log.</summary>
    internal Task UpAsync() => _server!.UpAsync();

    /// <summary>What Kafka's own <c>kafka-consumer-groups --describe</c> says of a group: of each partition the committed offset, the log's
    /// end and the lag. Skips the test where the broker came without its tools.</summary>
    internal async Task<Dictionary<int, (long Committed, long End, long Lag)>> DescribeAsync(string group)
    {
        MustBeOursToKill();
        string told = await _server!.ToolAsync("consumer.group.ConsumerGroupCommand", "--describe", "--group", group);
        return told.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 5 && fields[0] == group)
            .ToDictionary(fields => (int)Number(fields[2]), fields => (Number(fields[3]), Number(fields[4]), Number(fields[5])));

        static long Number(string field) => field == "-" ? -1 : long.Parse(field, CultureInfo.InvariantCulture);
    }

    /// <summary>From now on only the newest record of each key is kept of a topic, once the broker's cleaner comes by.</summary>
    internal Task CompactAsync(string topic) =>
        SetAsync(topic, ("cleanup.policy", "compact"), ("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0.01"));

    internal async Task SetAsync(string topic, params (string Name, string Value)[] settings)
    {
        using IAdminClient admin = CreateAdmin();
        await admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Name = topic, Type = ResourceType.Topic }] = [.. settings.Select(setting => new ConfigEntry
            {
                Name = setting.Name,
                Value = setting.Value,
                IncrementalOperation = AlterConfigOpType.Set,
            })],
        });
    }

    internal IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).SetLogHandler((_, _) => { }).Build();
}
