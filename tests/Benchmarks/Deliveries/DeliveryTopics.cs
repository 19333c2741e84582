using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Benchmarks.Deliveries;

/// <summary>Topics of one measurement.</summary>
/// <param name="Kafka">Bootstrap servers.</param>
/// <param name="Name">What all of them begin with.</param>
internal sealed record DeliveryTopics(string Kafka, string Name)
{
    /// <summary>Of every topic.</summary>
    public const int Partitions = 6;

    public string Input => $"{Name}-in";

    public string Output => $"{Name}-out";

    public string DeadLetters => $"{Name}-dead";

    /// <summary>Makes them.</summary>
    public static async Task<DeliveryTopics> CreateAsync(string kafka)
    {
        DeliveryTopics topics = new(kafka, $"delivery-{Guid.NewGuid():N}"[..20]);
        using IAdminClient admin = topics.CreateAdmin();
        await admin.CreateTopicsAsync(topics.All.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = Partitions,
            ReplicationFactor = -1, // the cluster's default
        }));
        return topics;
    }

    /// <summary>Takes them away: what they hold is a few hundred megabytes.</summary>
    public async Task DeleteAsync()
    {
        using IAdminClient admin = CreateAdmin();
        await admin.DeleteTopicsAsync(All);
    }

    /// <summary>Opens a reader of the whole output as its users read it: only what is committed.</summary>
    public IConsumer<byte[]?, byte[]?> OpenReader()
    {
        IConsumer<byte[]?, byte[]?> reader = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = Kafka,
            GroupId = $"{Name}-reader", // never joined
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
            FetchQueueBackoffMs = 10,
        }).SetLogHandler((_, _) => { }).Build();
        reader.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Output, partition, Offset.Beginning)));
        return reader;
    }

    private string[] All => [Input, Output, DeadLetters];

    private IAdminClient CreateAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Kafka }).SetLogHandler((_, _) => { }).Build();
}
