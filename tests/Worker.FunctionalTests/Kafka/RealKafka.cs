using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Worker.FunctionalTests.Kafka;

/// <summary>A Kafka broker process for the tests of one class, started by ../shared/kafka/kafka.</summary>
public sealed class RealKafka : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-kafka-").FullName;
    private string? _script;

    public string BootstrapServers { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _script = SharedInputs.PathOf("kafka/kafka");
        BootstrapServers = await SharedScript.RunAsync(_script, "start", _folder, "1", FreePort.Find(run: 2)); // broker and controller
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await SharedScript.RunAsync(_script, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Topics that no other test knows, for messages of up to 16 MiB.</summary>
    /// <param name="partitions">Of each.</param>
    /// <param name="labels">Further settings of the output topic.</param>
    internal async Task<TestTopics> CreateTopicsAsync(int partitions, params (string Name, string Value)[] labels)
    {
        TestTopics topics = TestTopics.Create();
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync(new[] { topics.Input, topics.Output, topics.DeadLetters }.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = 1,
            Configs = new Dictionary<string, string>((topic == topics.Output ? labels : []).Select(setting => KeyValuePair.Create(setting.Name, setting.Value))) { ["max.message.bytes"] = "16777216" },
        }));
        return topics;
    }

    /// <summary>SIGKILL: a crash.</summary>
    internal Task KillAsync() => SharedScript.RunAsync(_script!, "kill", _folder, "1");

    /// <summary>Starts the broker again on its old log.</summary>
    internal Task UpAsync() => SharedScript.RunAsync(_script!, "up", _folder, "1");
}
