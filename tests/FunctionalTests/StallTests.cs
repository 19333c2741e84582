using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;
using Sluice.Worker.Kafka;

namespace FunctionalTests;

/// <summary>What keeps a worker from getting on without an error of any client: it says why, and goes on by itself where it can.</summary>
public sealed class StallTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    /// <summary>librdkafka tries again for ever, and says nothing.</summary>
    [Fact]
    public async Task Labels_whose_topic_has_not_the_replicas_that_it_wants_are_waited_for_and_the_log_says_so()
    {
        (KafkaServer? found, string why) = await KafkaServer.StartClusterAsync(brokers: 3);
        if (found is null) Need.KafkaCrash.Missing(why);
        await using KafkaServer cluster = found!;
        TestTopics topics = TestTopics.Create();
        await CreateTopicsAsync(cluster.BootstrapServers, topics);
        await cluster.KillAsync(2);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(cluster.BootstrapServers, topics));
        Send(probe, topics, 3);
        await worker.Log.WaitForAsync(704, $"{topics.Output}[0] has 1 in-sync replica and takes records with 2 only");
        Assert.Contains(worker.Log.Lines, line => line.Id == 704
            && line.Text.StartsWith($"{topics.Input}[0] stands still at 0: for ", StringComparison.Ordinal));
        await cluster.UpAsync(2);
        probe.WaitForCommitted(topics.Group, topics.Input, 3);
        await worker.Log.WaitForAsync(705);
        Assert.Equal(3, probe.ReadAll(topics.Output, 3).Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.Cause);
    }

    // Labels lie on brokers 1 and 2, all else on 1.
    private static async Task CreateTopicsAsync(string servers, TestTopics topics)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        await admin.CreateTopicsAsync(new[] { topics.Input, topics.Output, topics.DeadLetters }.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = 1,
            ReplicasAssignments = new() { [0] = topic == topics.Output ? [1, 2] : [1] },
            Configs = new() { ["min.insync.replicas"] = topic == topics.Output ? "2" : "1" },
        }));
    }

    [Fact]
    public async Task A_group_of_another_assignor_is_waited_for_as_long_as_a_start_may_take_and_named_with_the_setting()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using IConsumer<byte[]?, byte[]?> other = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = topics.Group,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
        }).Build();
        other.Subscribe(topics.Input);
        while (other.Assignment.Count == 0) other.Consume(TimeSpan.FromMilliseconds(50)); // it heartbeats by itself from now on
        Dictionary<string, string?> settings = Settings(kafka.BootstrapServers, topics);
        settings["Kafka:StartTimeout"] = "00:00:03";
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(224, $"Group {topics.Group} does not take this worker");
        await worker.Log.WaitForAsync(105);
        string told = Assert.IsType<ClusterException>(worker.Failure.First).Message;
        Assert.Contains($"Group '{topics.Group}' takes no worker with partition.assignment.strategy=cooperative-sticky", told,
            StringComparison.Ordinal);
        other.Close();
    }

    [Fact]
    public async Task A_worker_that_a_group_of_another_assignor_does_not_take_goes_on_once_that_member_has_left()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, 1);
        IConsumer<byte[]?, byte[]?> other = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = topics.Group,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin,
            EnableAutoCommit = false,
        }).Build();
        other.Subscribe(topics.Input);
        while (other.Assignment.Count == 0) other.Consume(TimeSpan.FromMilliseconds(50));
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(kafka.BootstrapServers, topics));
        await worker.Log.WaitForAsync(224);
        other.Close();
        other.Dispose();
        await worker.Log.WaitForAsync(225);
        probe.WaitForCommitted(topics.Group, topics.Input, 1);
        await worker.StopAsync();
    }

    /// <summary>A client whose fetches come to nothing, without a word: seen for minutes after a broker's crash.</summary>
    [Fact]
    public async Task A_consumer_that_gets_nothing_though_the_broker_answers_is_made_anew_and_no_document_is_lost()
    {
        const short Fetch = 1;
        using EmbeddedBroker broker = EmbeddedBroker.Start(); // which takes the errors that are left over with it
        TestTopics topics = TestTopics.Create();
        foreach (string topic in new[] { topics.Input, topics.Output, topics.DeadLetters }) broker.CreateTopic(topic, 1);
        using KafkaProbe probe = new(broker.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(broker.BootstrapServers, topics));
        Send(probe, topics, 2);
        probe.WaitForCommitted(topics.Group, topics.Input, 2);
        broker.FailNext(Fetch, [.. Enumerable.Repeat(ErrorCode.LeaderNotAvailable, 100_000)]);
        Send(probe, topics, 3);
        await worker.Log.WaitForAsync(708, $"gets nothing of {topics.Input}[0], though the brokers answer");
        await worker.Log.WaitForAsync(201); // given back
        await worker.StopAsync();
        Assert.Null(worker.Failure.Cause);
    }

    private static void Send(KafkaProbe probe, TestTopics topics, int documents)
    {
        for (int i = 0; i < documents; i++) probe.Send(topics.Input, null, "good film"u8.ToArray(), partition: 0);
        probe.Flush();
    }

    private Dictionary<string, string?> Settings(string servers, TestTopics topics) => WorkerHarness.Settings(servers, _registryUrl, topics,
        ("Input:Format", "Text"), ("Faults:StallAfter", "00:00:05"));
}
