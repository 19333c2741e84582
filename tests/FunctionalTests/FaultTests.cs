using System.Text;
using Confluent.Kafka;
using Sluice.Worker.Delivery;

namespace FunctionalTests;

/// <summary>Answers of the broker that a worker meets on bad days.</summary>
[Collection(TestClusterTests.Name)]
public sealed class FaultTests(TestCluster cluster)
{
    private const short Produce = 0, Fetch = 1, OffsetCommit = 8;

    [Fact]
    public async Task A_produce_that_may_be_repeated_is_and_the_label_is_there_once()
    {
        TestTopics topics = CreateDocuments(200, out KafkaProbe probe);
        cluster.Broker.FailNext(Produce, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut, ErrorCode.NotEnoughReplicas);

        // The embedded broker keeps no sequence numbers: it takes a later request whose earlier one it failed, which no broker does, and
        // the client concludes that a request that timed out was taken as well.
        Dictionary<string, string?> settings = Settings(topics);
        settings["Kafka:Producer:max.in.flight.requests.per.connection"] = "1";
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, 200);
        await worker.StopAsync();
        Assert.Equal(200, labels.Select(l => KafkaProbe.PredictionOf(l)).Select(p =>
            (p.SourcePartition, p.SourceOffset)).Distinct().Count());
        Assert.Equal(200, labels.Count);
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
        probe.Dispose();
    }

    [Fact]
    public async Task A_produce_that_fails_for_good_stops_the_worker_and_what_was_not_delivered_is_not_committed()
    {
        TestTopics topics = CreateDocuments(50, out KafkaProbe probe);
        cluster.Broker.FailNext(Produce, ErrorCode.TopicAuthorizationFailed);
        Dictionary<string, string?> settings = Settings(topics);
        settings["Kafka:Consumer:session.timeout.ms"] = "3000"; // so long the embedded broker waits for a member that has left
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(105);
        await worker.StopAsync();
        DeliveryException failure = Assert.IsType<DeliveryException>(worker.Failure.First);
        Assert.Contains(topics.Output, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Allow this user", failure.Message, StringComparison.Ordinal);

        await using WorkerHarness next = await WorkerHarness.StartAsync(settings);
        Assert.Equal(50, probe.ReadAll(topics.Output, 50).Select(l => KafkaProbe.PredictionOf(l)).Select(p =>
            (p.SourcePartition, p.SourceOffset)).Distinct().Count());
        probe.Dispose();
    }

    [Fact]
    public async Task A_batch_that_is_refused_for_its_size_is_sent_again_one_by_one_and_no_label_becomes_a_dead_letter_record()
    {
        TestTopics topics = CreateDocuments(200, out KafkaProbe probe);
        cluster.Broker.FailNext(Produce, ErrorCode.MsgSizeTooLarge, ErrorCode.MsgSizeTooLarge);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        Assert.Equal(200, probe.ReadAll(topics.Output, 200).Select(KafkaProbe.PredictionOf).Select(p =>
            (p.SourcePartition, p.SourceOffset)).Distinct().Count());
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((200, 0), (worker.Progress.Published, worker.Progress.DeadLettered));
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
        probe.Dispose();
    }

    [Fact]
    public async Task A_batch_that_is_damaged_for_a_while_is_told_once_with_its_place_and_then_that_it_is_over()
    {
        TestTopics topics = CreateDocuments(50, out KafkaProbe probe);
        cluster.Broker.FailNext(Fetch, [.. Enumerable.Repeat(ErrorCode.InvalidMsg, 5)]);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        await worker.Log.WaitForAsync(215, topics.Input);
        await worker.StopAsync();
        string[] told = [.. worker.Log.Lines.Where(line => line.Id == 205).Select(line => line.Text)];
        Assert.All(told, line =>
            Assert.Matches($@"^Reading {topics.Input}\[[0-3]\]@0 failed with InvalidMsg: .+ stops with exit code 6$", line));
        Assert.Equal(told.Length, told.Select(line => line[..line.IndexOf('@', StringComparison.Ordinal)]).Distinct().Count());
        Assert.NotEmpty(told);
        probe.Dispose();
    }

    [Fact]
    public async Task A_commit_that_fails_is_made_up_for_by_the_next()
    {
        TestTopics topics = CreateDocuments(50, out KafkaProbe probe);
        cluster.Broker.FailNext(OffsetCommit, ErrorCode.InvalidCommitOffsetSize, ErrorCode.GroupLoadInProgress,
            ErrorCode.RebalanceInProgress);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        probe.ReadAll(topics.Output, 50);
        await worker.StopAsync();
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
        Assert.Equal(50, worker.Progress.Committed);
        probe.Dispose();
    }

    [Fact]
    public async Task Reading_that_pauses_for_what_is_uncommitted_names_both_causes()
    {
        TestTopics topics = CreateDocuments(200, out KafkaProbe probe);
        cluster.Broker.FailNext(OffsetCommit, ErrorCode.InvalidCommitOffsetSize, ErrorCode.InvalidCommitOffsetSize);
        Dictionary<string, string?> settings = Settings(topics);
        settings["Pipeline:MaxDocumentsInFlight"] = "10";
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        await worker.Log.WaitForAsync(208, "either commits fail, which event 206 tells, or the oldest record of a partition is stuck");
        Assert.Contains(worker.Log.Lines, line => line.Id == 206);
        probe.ReadAll(topics.Output, 200);
        await worker.StopAsync();
        Assert.Equal(200, worker.Progress.Committed);
        probe.Dispose();
    }

    [Fact]
    public async Task A_member_that_the_group_has_thrown_out_comes_back_and_reads_again_what_it_could_not_commit()
    {
        TestTopics topics = cluster.CreateTopics();
        using KafkaProbe probe = new(cluster.BootstrapServers);
        Dictionary<string, string?> settings = Settings(topics);
        // Until then the group waits for the member that it believes it has beside the new one.
        settings["Kafka:Consumer:session.timeout.ms"] = "3000";
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        probe.WaitForCommitted(topics.Group, topics.Input, 0, 0, 0, 0); // where it begins: the next commit is of documents
        cluster.Broker.FailNext(OffsetCommit, ErrorCode.UnknownMemberId);
        SendDocuments(probe, topics, 50);
        await worker.Log.WaitForAsync(202); // lost
        Assert.Equal(50, probe.ReadAll(topics.Output, 51).Select(l => KafkaProbe.PredictionOf(l)).Select(p =>
            (p.SourcePartition, p.SourceOffset)).Distinct().Count());
        await worker.StopAsync();
        Assert.Equal(probe.HighWatermarks(topics.Input, 4), probe.Committed(topics.Group, topics.Input, 4));
    }

    private TestTopics CreateDocuments(int count, out KafkaProbe probe)
    {
        TestTopics topics = cluster.CreateTopics();
        probe = new KafkaProbe(cluster.BootstrapServers);
        SendDocuments(probe, topics, count);
        return topics;
    }

    private static void SendDocuments(KafkaProbe probe, TestTopics topics, int count)
    {
        for (int i = 0; i < count; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
    }

    private Dictionary<string, string?> Settings(TestTopics topics) =>
        WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl, topics, ("Input:Format", "Text"),
            ("Kafka:Producer:retry.backoff.ms", "50"));
}
