using Confluent.Kafka;
using Sluice.Cli.Embedded;

namespace FunctionalTests.Kafka;

public sealed class EmbeddedBrokerTests : IDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start(partitionsDefault: 3);

    [Fact]
    public async Task What_is_produced_is_consumed_by_a_group_that_forms_at_once()
    {
        _broker.CreateTopic("in");
        using IProducer<string, string> producer = new ProducerBuilder<string,
            string>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        for (int i = 0; i < 50; i++)
            await producer.ProduceAsync("in", new Message<string, string> { Key = $"k{i}", Value = $"v{i}" });

        using IConsumer<string, string> consumer = CreateConsumer("group");
        consumer.Subscribe("in");
        var values = new HashSet<string>();
        while (values.Count < 50)
            values.Add(consumer.Consume(TimeSpan.FromSeconds(30))?.Message.Value ?? throw new TimeoutException("no record for 30 s"));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"v{i}").ToHashSet(), values);
        Assert.Equal(3, consumer.Assignment.Count);
    }

    [Fact]
    public void A_topic_has_the_partitions_asked_for()
    {
        _broker.CreateTopic("wide", 12);
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers })
            .SetLogHandler((_, _) => { }).Build();

        Assert.Equal(12, admin.GetMetadata("wide", TimeSpan.FromSeconds(30)).Topics.Single().Partitions.Count);
    }

    [Fact]
    public void A_topic_that_exists_is_not_made_again()
    {
        _broker.CreateTopic("once");

        Assert.Equal(ErrorCode.TopicAlreadyExists, Assert.Throws<KafkaException>(() => _broker.CreateTopic("once")).Error.Code);
    }

    [Fact]
    public async Task A_pushed_error_fails_the_next_request()
    {
        _broker.CreateTopic("faulty", 1);
        var config = new ProducerConfig { BootstrapServers = _broker.BootstrapServers };
        using IProducer<Null, string> producer = new ProducerBuilder<Null, string>(config).SetLogHandler((_, _) => { }).Build();
        _broker.FailNext(0, ErrorCode.TopicAuthorizationFailed);

        ProduceException<Null, string> failure = await Assert.ThrowsAsync<ProduceException<Null,
            string>>(() => producer.ProduceAsync("faulty", new Message<Null, string> { Value = "x" }));

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, failure.Error.Code);
    }

    [Fact]
    public void A_stopped_broker_says_so()
    {
        EmbeddedBroker broker = EmbeddedBroker.Start();
        broker.Dispose();
        broker.Dispose();

        Assert.Throws<ObjectDisposedException>(() => broker.CreateTopic("late"));
    }

    public void Dispose() => _broker.Dispose();

    private IConsumer<string, string> CreateConsumer(string group) => new ConsumerBuilder<string, string>(new ConsumerConfig
    {
        BootstrapServers = _broker.BootstrapServers,
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
    }).SetLogHandler((_, _) => { }).Build();
}
