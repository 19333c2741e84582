using System.Text;
using Confluent.Kafka;
using Sluice.Cli.Embedded;
using Sluice.Worker.Kafka;

namespace FunctionalTests;

/// <summary>Brokers that do not say where reading begins.</summary>
[Collection(TestClusterTests.Name)]
public sealed class PositionFaultTests(TestCluster cluster)
{
    private const short OffsetCommit = 8, OffsetFetch = 9; // kafka.apache.org/protocol#protocol_api_keys

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")] // an eager group: all of it is given back and comes again
    public async Task A_place_that_is_not_told_is_asked_for_again_and_what_is_committed_is_read_from_there(string assignor)
    {
        TestTopics topics = cluster.CreateTopics(partitions: 2);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Send(partition: 0, documents: 2);
        Send(partition: 1, documents: 3);
        probe.Commit(topics.Group, topics.Input, partition: 0, offset: 1);
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Kafka:Consumer:auto.offset.reset", "latest"),
            ("Kafka:Consumer:partition.assignment.strategy", assignor),
            ("Kafka:Consumer:session.timeout.ms", "3000")); // so long the embedded broker waits for a member that has left
        // Of which topics the group has commits is asked until it is told, and only then it is joined.
        cluster.Broker.FailNext(OffsetFetch, ErrorCode.GroupAuthorizationFailed, ErrorCode.NoError, ErrorCode.GroupAuthorizationFailed);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(209, $"Of which topics group '{topics.Group}' has committed offsets");
        await worker.Log.WaitForAsync(216);
        Assert.Equal(1, KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(topics.Output, 1))).SourceOffset);
        // The embedded broker lists no topics of a group, so partition 1 is not seen to be new.
        probe.WaitForCommitted(topics.Group, topics.Input, 2, 3);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);

        void Send(int partition, int documents)
        {
            for (int i = 0; i < documents; i++)
                probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray(), partition: partition);
            probe.Flush();
        }
    }

    /// <summary>One that joins without knowing takes what its group commits of a topic for older than it is.</summary>
    [Fact]
    public async Task A_group_whose_commits_are_not_told_is_not_joined()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start(); // which takes the errors that are left over with it
        TestTopics topics = TestTopics.Create();
        foreach (string topic in new[] { topics.Input, topics.Output, topics.DeadLetters }) broker.CreateTopic(topic);
        broker.FailNext(OffsetFetch, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 20)]);
        Dictionary<string, string?> settings = WorkerHarness.Settings(broker.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Kafka:Consumer:auto.offset.reset", "latest"), ("Kafka:StartTimeout", "00:00:01"));
        ClusterException refused = await Assert.ThrowsAsync<ClusterException>(() => WorkerHarness.StartAsync(settings));
        Assert.Contains($"Of which topics group '{topics.Group}' has committed offsets", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Sluice:Kafka:StartTimeout", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>An eager group assigns all anew, also to the member that found the place and has not committed it.</summary>
    [Fact]
    public async Task A_place_that_is_found_is_kept_through_a_rebalance_until_it_is_committed()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start(); // which takes the errors that are left over with it
        TestTopics topics = TestTopics.Create();
        foreach (string topic in new[] { topics.Input, topics.Output, topics.DeadLetters }) broker.CreateTopic(topic, 1);
        using KafkaProbe probe = new(broker.BootstrapServers);
        for (int i = 0; i < 3; i++) probe.Send(topics.Input, null, "old film"u8.ToArray(), partition: 0);
        probe.Flush();
        Dictionary<string, string?> settings = WorkerHarness.Settings(broker.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Kafka:Consumer:auto.offset.reset", "latest"),
            ("Kafka:Consumer:partition.assignment.strategy", "range"), ("Kafka:Consumer:session.timeout.ms", "3000"));
        broker.FailNext(OffsetCommit, [.. Enumerable.Repeat(ErrorCode.InvalidCommitOffsetSize, 100)]);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(220);
        await using (WorkerHarness other = await WorkerHarness.StartAsync(settings)) await other.StopAsync();
        probe.Send(topics.Input, null, "good film"u8.ToArray(), partition: 0);
        probe.Flush();
        probe.WaitForCommitted(topics.Group, topics.Input, 4);
        Assert.Equal([3L], probe.ReadAll(topics.Output, 1).Select(KafkaProbe.PredictionOf).Select(label => label.SourceOffset));
        await worker.StopAsync();
    }

    [Fact]
    public async Task Under_latest_nothing_is_read_before_where_reading_begins_is_committed()
    {
        TestTopics topics = cluster.CreateTopics(partitions: 1);
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Dictionary<string, string?> settings = WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics,
            ("Input:Format", "Text"), ("Kafka:Consumer:auto.offset.reset", "latest"), ("Kafka:CommitInterval", "00:05:00"));
        cluster.Broker.FailNext(OffsetCommit, [.. Enumerable.Repeat(ErrorCode.InvalidCommitOffsetSize, 10)]);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(220);
        probe.Send(topics.Input, null, "good film"u8.ToArray(), partition: 0);
        probe.Flush();
        probe.WaitForCommitted(topics.Group, topics.Input, 0);
        Assert.Single(probe.ReadAll(topics.Output, 1));
        await worker.StopAsync();
        Assert.Single(worker.Log.Lines, line => line.Id == 220);
        probe.WaitForCommitted(topics.Group, topics.Input, 1);
    }
}
