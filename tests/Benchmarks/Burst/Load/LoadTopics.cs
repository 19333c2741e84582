using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Benchmarks.Burst.Load;

/// <summary>Topics and group of one run.</summary>
/// <param name="Kafka">Bootstrap servers.</param>
/// <param name="Name">What all three topics begin with, and the group's name.</param>
internal sealed record LoadTopics(string Kafka, string Name)
{
    /// <summary>Of every topic.</summary>
    public const int Partitions = 6;

    public string Input => $"{Name}-in";

    public string Output => $"{Name}-labels";

    public string DeadLetters => $"{Name}-dead";

    /// <summary>Makes them anew. The broker stamps what is written to the output: that is when a label was delivered, on the clock of the
    /// machine.</summary>
    public static async Task<LoadTopics> CreateAsync(string kafka, string name)
    {
        LoadTopics topics = new(kafka, $"{name}-{Guid.NewGuid():N}"[..Math.Min(name.Length + 9, 40)]);
        using IAdminClient admin = topics.CreateAdmin();
        await admin.CreateTopicsAsync(topics.All.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = Partitions,
            ReplicationFactor = -1, // the cluster's default
            Configs = topic == topics.Input ? [] : new Dictionary<string, string> { ["message.timestamp.type"] = "LogAppendTime" },
        }));
        return topics;
    }

    /// <summary>Takes them away, and what they hold, from a broker that is somebody else's.</summary>
    public async Task DeleteAsync()
    {
        using IAdminClient admin = CreateAdmin();
        await admin.DeleteTopicsAsync(All);
    }

    private string[] All => [Input, Output, DeadLetters];

    private IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Kafka }).SetLogHandler((_, _) => { }).Build();
}
