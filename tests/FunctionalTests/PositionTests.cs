using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FunctionalTests.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Embedded;

namespace FunctionalTests;

/// <summary>Where reading begins on a real Apache Kafka: nothing is skipped, and every partition has a committed position.</summary>
public sealed class PositionTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task Under_latest_what_comes_while_the_worker_is_down_is_labelled(string protocol)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 2);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, partition: 1, documents: 3); // before the group: not wanted
        Dictionary<string, string?> settings = Settings(topics, "latest", ("Kafka:Consumer:group.protocol", protocol));
        if (protocol == "consumer") settings.Remove("Kafka:Consumer:heartbeat.interval.ms");
        await using (WorkerHarness worker = await WorkerHarness.StartAsync(settings))
        {
            probe.WaitForCommitted(topics.Group, topics.Input, 0, 3); // of partitions of which nothing was read
            await worker.StopAsync();
        }

        Send(probe, topics, partition: 0, documents: 5);
        await using WorkerHarness next = await WorkerHarness.StartAsync(settings);
        Assert.Equal(5, probe.ReadAll(topics.Output, 5).Count);
        probe.WaitForCommitted(topics.Group, topics.Input, 5, 3);
        await next.StopAsync();
    }

    [Fact]
    public async Task Under_latest_a_partition_that_is_added_to_a_topic_is_read_from_its_beginning()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(topics, "latest", ("Kafka:Consumer:topic.metadata.refresh.interval.ms", "500")));
        probe.WaitForCommitted(topics.Group, topics.Input, 0);
        using (IAdminClient admin = kafka.CreateAdmin())
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topics.Input, IncreaseTo = 2 }]);
        Send(probe, topics, partition: 1, documents: 3); // before the group knows of it
        Assert.Equal(3, probe.ReadAll(topics.Output, 3).Count);
        probe.WaitForCommitted(topics.Group, topics.Input, 0, 3);
        await worker.StopAsync();
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("error")]
    public async Task A_partition_without_a_commit_is_new_where_the_group_has_one_of_its_topic(string reset)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 2);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, partition: 0, documents: 4);
        Send(probe, topics, partition: 1, documents: 3);
        probe.Commit(topics.Group, topics.Input, partition: 0, offset: 4);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, reset));
        Assert.Equal(3, probe.ReadAll(topics.Output, 3).Count);
        probe.WaitForCommitted(topics.Group, topics.Input, 4, 3);
        await worker.StopAsync();
    }

    /// <summary>The topic comes after both have joined, so neither saw a commit of it before; the one without a partition gets the added
    /// one.</summary>
    [Fact]
    public async Task Under_latest_a_standby_reads_a_partition_that_is_added_from_its_beginning()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1), late = TestTopics.Create();
        using KafkaProbe probe = new(kafka.BootstrapServers);
        using IAdminClient admin = kafka.CreateAdmin();
        ShiftedTime time = new();
        Dictionary<string, string?> settings = Settings(topics, "latest", ("Kafka:InputTopics:0", $"^{late.Input}.*"),
            ("Kafka:Consumer:topic.metadata.refresh.interval.ms", "500"));
        await using WorkerHarness first = await StartAsync(), second = await StartAsync();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = late.Input, NumPartitions = 1, ReplicationFactor = -1 }]);
        probe.WaitForCommitted(topics.Group, late.Input, 0);
        time.Advance(TimeSpan.FromMinutes(1)); // to the next look at the group's commits
        await Task.WhenAll(first.Log.WaitForAsync(219, late.Input), second.Log.WaitForAsync(219, late.Input));
        time.Advance(TimeSpan.FromMinutes(1)); // what was seen is none of the assignment that comes

        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = late.Input, IncreaseTo = 2 }]);
        Send(probe, late, partition: 1, documents: 3); // before the group knows of it
        Assert.Equal(3, probe.ReadAll(topics.Output, 3).Count);
        probe.WaitForCommitted(topics.Group, late.Input, 0, 3);
        Assert.All([first, second], worker => Assert.Contains(worker.Log.Lines,
            line => line.Id == 200 && line.Text.Contains(late.Input, StringComparison.Ordinal)));
        await first.StopAsync();
        await second.StopAsync();

        Task<WorkerHarness> StartAsync() =>
            WorkerHarness.StartAsync(settings, parts: services => services.AddSingleton<TimeProvider>(time));
    }

    /// <summary>Each sees what the other has just committed of the topic; it is no sign of a new partition.</summary>
    [Fact]
    public async Task Workers_of_a_new_group_that_start_together_begin_at_the_end()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 4);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int partition = 0; partition < 4; partition++) Send(probe, topics, partition, documents: 2);
        Task<WorkerHarness>[] starts = [.. Enumerable.Range(0, 2).Select(_ => WorkerHarness.StartAsync(Settings(topics, "latest")))];
        await using WorkerHarness first = await starts[0], second = await starts[1];
        probe.WaitForCommitted(topics.Group, topics.Input, 2, 2, 2, 2);
        await first.StopAsync();
        await second.StopAsync();
        Assert.Equal((0, 0), (first.Progress.Consumed, second.Progress.Consumed));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    public async Task Without_a_place_and_a_policy_the_worker_ends_with_1_and_names_the_partition(long committed)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, partition: 0, documents: 3);
        if (committed >= 0) probe.Commit(topics.Group, topics.Input, 0, committed);
        await using WorkerProcess worker = WorkerProcess.Start(Settings(topics, "error"));
        Assert.Equal(1, await worker.ExitCodeAsync());
        Assert.Contains($"{topics.Input}[0]", worker.Output, StringComparison.Ordinal);
        Assert.Contains("auto.offset.reset is 'error'", worker.Output, StringComparison.Ordinal);
        long[] after = committed >= 0 ? [committed] : [];
        Assert.Equal(after, probe.Committed(topics.Group, topics.Input, 1).Values);
    }

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")] // an eager group: all of it is given back and comes again
    public async Task Under_latest_a_committed_offset_outside_the_log_is_moved_to_the_end(string assignor)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, partition: 0, documents: 3);
        probe.Commit(topics.Group, topics.Input, 0, 100);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(topics, "latest", ("Kafka:Consumer:partition.assignment.strategy", assignor)));
        await worker.Log.WaitForAsync(217, $"{topics.Input}[0] begins at 3");
        probe.WaitForCommitted(topics.Group, topics.Input, 3);
        Send(probe, topics, partition: 0, documents: 2);
        Assert.Equal(2, probe.ReadAll(topics.Output, 2).Count);
        await worker.StopAsync();
    }

    [Fact]
    public async Task A_topic_that_is_deleted_holds_back_neither_the_other_topics_nor_the_stop()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1), gone = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Dictionary<string, string?> settings = Settings(topics, "earliest", ("Kafka:InputTopics:1", gone.Input),
            ("Kafka:CommitInterval", "00:00:02"), ("Pipeline:MaxDocumentsInFlight", "20"));
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        probe.WaitForCommitted(topics.Group, gone.Input, 0);
        Send(probe, gone, partition: 0, documents: 15);
        Assert.Equal(15, probe.ReadAll(topics.Output, 15).Count);
        using (IAdminClient admin = kafka.CreateAdmin()) await admin.DeleteTopicsAsync([gone.Input]);
        Send(probe, topics, partition: 0, documents: 200);
        Assert.Equal(215, probe.ReadAll(topics.Output, 215).Count);
        probe.WaitForCommitted(topics.Group, topics.Input, 200);
        await worker.StopAsync();
        Assert.Contains(worker.Log.Lines, line => line.Id == 103);
    }

    private static void Send(KafkaProbe probe, TestTopics topics, int partition, int documents)
    {
        for (int i = 0; i < documents; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray(), partition: partition);
        probe.Flush();
    }

    private Dictionary<string, string?> Settings(TestTopics topics, string reset, params (string, string)[] more) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics,
            [("Input:Format", "Text"), ("Kafka:Consumer:auto.offset.reset", reset), .. more]);
}
