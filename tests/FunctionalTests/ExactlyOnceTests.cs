using System.Text;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;

namespace FunctionalTests;

/// <summary>Exactly once on a real Apache Kafka: what readers under read_committed see, whatever happens to worker and broker.</summary>
public sealed class ExactlyOnceTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Partitions = 4;
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task Every_document_gets_one_label_or_one_dead_letter_under_both_group_protocols(string protocol)
    {
        const int Count = 3000, EachBad = 100;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, 0, Count, EachBad);
        Dictionary<string, string?> settings = Settings(topics, ("Kafka:Consumer:group.protocol", protocol));
        if (protocol == "consumer") settings.Remove("Kafka:Consumer:heartbeat.interval.ms"); // the broker sets it
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count - (Count / EachBad));
        List<ConsumeResult<byte[]?, byte[]?>> dead = probe.ReadAll(topics.DeadLetters, Count / EachBad);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        AssertOnce(labels, dead, Count);
        AssertAllCommitted(probe, topics);
    }

    [Fact]
    public async Task Labels_of_a_partition_are_in_the_order_of_their_documents()
    {
        const int Count = 1000;
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, "k"u8.ToArray(), Encoding.UTF8.GetBytes(Text(i)));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        long[] sources = [.. probe.ReadAll(topics.Output, Count).Select(label => KafkaProbe.PredictionOf(label).SourceOffset)];
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), sources);
        await worker.StopAsync();
    }

    [Fact]
    public async Task Workers_that_are_killed_again_and_again_label_nothing_twice_and_lose_nothing()
    {
        const int Kills = 3, Portion = 1200;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Dictionary<string, string?> settings = Settings(topics, ("Pipeline:MaxDocumentsInFlight", "200"),
            ("Kafka:Consumer:session.timeout.ms", "6000"), ("Kafka:Producer:transaction.timeout.ms", "3000"));
        int sent = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            SendPortion();
            await using WorkerProcess worker = WorkerProcess.Start(settings);
            probe.ReadAll(topics.Output, sent - Portion + 100);
            worker.Signal(Signals.Kill);
            await worker.ExitCodeAsync();
        }

        SendPortion();
        await using WorkerHarness last = await WorkerHarness.StartAsync(settings);
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, sent);
        await last.StopAsync();
        AssertOnce(probe.ReadAll(topics.Output, sent), [], sent);
        AssertAllCommitted(probe, topics);
        Assert.Equal(sent, labels.Count);

        void SendPortion() => Send(probe, topics, sent, sent += Portion);
    }

    [Fact]
    public async Task A_broker_that_crashes_and_comes_back_costs_no_document_and_repeats_none()
    {
        const int Count = 2000;
        kafka.MustBeOursToKill();
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, 0, Count);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Pipeline:MaxDocumentsInFlight", "50")));
        probe.ReadAll(topics.Output, 100);
        await kafka.KillAsync();
        await kafka.UpAsync();
        probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        AssertOnce(probe.ReadAll(topics.Output, Count), [], Count);
        AssertAllCommitted(probe, topics);
    }

    [Fact]
    public async Task A_worker_that_stood_still_for_longer_than_its_session_repeats_nothing_when_it_goes_on()
    {
        const int Count = 4000;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Dictionary<string, string?> settings = Settings(topics, ("Pipeline:MaxDocumentsInFlight", "100"),
            ("Kafka:Consumer:session.timeout.ms", "6000"), ("Kafka:Producer:transaction.timeout.ms", "3000"));
        Send(probe, topics, 0, Count);
        await using WorkerProcess zombie = WorkerProcess.Start(settings);
        probe.ReadAll(topics.Output, 100);
        zombie.Signal(Signals.Stop);
        await using (WorkerHarness other = await WorkerHarness.StartAsync(settings))
        {
            probe.ReadAll(topics.Output, Count);
            zombie.Signal(Signals.Cont);
            Send(probe, topics, Count, 2 * Count);
            probe.ReadAll(topics.Output, 2 * Count);
            await other.StopAsync();
        }

        zombie.Signal(Signals.Term);
        Assert.Equal(0, await zombie.ExitCodeAsync());
        AssertOnce(probe.ReadAll(topics.Output, 2 * Count), [], 2 * Count);
        AssertAllCommitted(probe, topics);
    }

    [Fact]
    public async Task A_label_that_its_topic_refuses_becomes_a_dead_letter_and_takes_nothing_else_with_it()
    {
        const int Count = 50, Large = 30;
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1, ("cleanup.policy", "compact"));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++)
            probe.Send(topics.Input, i == Large ? null : Encoding.UTF8.GetBytes($"k{i}"), Encoding.UTF8.GetBytes(Text(i)));
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count - 1);
        List<ConsumeResult<byte[]?, byte[]?>> dead = probe.ReadAll(topics.DeadLetters, 1);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal("label-refused", PoisonMessageTests.Header(Assert.Single(dead), "sluice.error.reason"));
        AssertOnce(labels, dead, Count);
    }

    [Fact]
    public async Task Isolation_that_would_read_aborted_documents_is_refused()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        ClusterExceptionText(await Record.ExceptionAsync(() =>
            WorkerHarness.StartAsync(Settings(topics, ("Kafka:Consumer:isolation.level", "read_uncommitted")))));

        static void ClusterExceptionText(Exception? refused) =>
            Assert.Contains("isolation.level", Assert.IsAssignableFrom<Exception>(refused).Message, StringComparison.Ordinal);
    }

    private static string Text(int i) => string.Join(' ', Enumerable.Repeat("good film", 1 + (i * 7 % 12)));

    private static void Send(KafkaProbe probe, TestTopics topics, int from, int to, int eachBad = int.MaxValue)
    {
        for (int i = from; i < to; i++)
        {
            bool isBad = i % eachBad == eachBad - 1;
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), isBad ? [0xFF] : Encoding.UTF8.GetBytes(Text(i)));
        }

        probe.Flush();
    }

    private static void AssertOnce(List<ConsumeResult<byte[]?, byte[]?>> labels, List<ConsumeResult<byte[]?, byte[]?>> dead, int count)
    {
        List<(int, long)> sources = [.. labels.Select(KafkaProbe.PredictionOf).Select(p => (p.SourcePartition, p.SourceOffset))];
        sources.AddRange(dead.Select(record => (int.Parse(PoisonMessageTests.Header(record, "sluice.source.partition"), null),
            long.Parse(PoisonMessageTests.Header(record, "sluice.source.offset"), null))));
        Assert.Equal((count, count), (sources.Count, sources.Distinct().Count()));
    }

    private static void AssertAllCommitted(KafkaProbe probe, TestTopics topics) =>
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics,
            [("Input:Format", "Text"), ("Delivery:Mode", "ExactlyOnce"), .. more]);
}
