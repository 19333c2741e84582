using System.Text;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;
using Sluice.Schemas;
using Sluice.Worker;

namespace FunctionalTests;

/// <summary>The worker on a real Apache Kafka: what the embedded broker cannot show.</summary>
public sealed class RealBrokerTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Partitions = 4;
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task Every_document_gets_one_label_under_both_group_protocols(string protocol)
    {
        const int Count = 3000;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Send(probe, topics, 0, Count);
        Dictionary<string, string?> settings = Settings(topics, ("Kafka:Consumer:group.protocol", protocol));
        if (protocol == "consumer") settings.Remove("Kafka:Consumer:heartbeat.interval.ms"); // the broker sets it
        await using WorkerHarness worker = await WorkerHarness.StartAsync(settings);
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((Count, Count), (labels.Count, Sources(labels).Count));
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));
    }

    [Fact]
    public async Task Markers_of_transactions_and_aborted_documents_are_passed_so_that_nothing_stays_to_be_read()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        SendTransaction(topics, documents: 10, isAborted: false);
        SendTransaction(topics, documents: 5, isAborted: true);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, 10);
        Dictionary<int, long> end = probe.HighWatermarks(topics.Input, 1), committed = [];
        Assert.Equal(10 + 1 + 5 + 1, end[0]);
        long began = TimeProvider.System.GetTimestamp();
        while (committed.GetValueOrDefault(0) != end[0])
        {
            committed = probe.Committed(topics.Group, topics.Input, 1);
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20),
                $"only {committed.GetValueOrDefault(0)} of {end[0]}");
        }

        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((10, 10), (labels.Count, worker.Progress.Committed));
        Assert.Equal(end, probe.Committed(topics.Group, topics.Input, 1));
    }

    [Fact]
    public async Task A_broker_that_crashes_and_comes_back_costs_no_document()
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
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal(Count, Sources(labels).Count);
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));
    }

    [Fact]
    public async Task A_worker_that_is_killed_repeats_at_most_what_was_not_committed_and_loses_nothing()
    {
        const int Portion = 1520; // no multiple of 50: the last ones wait for the commit interval
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        int sent = 0;
        SendPortion();
        Dictionary<string, string?> settings = Settings(topics, ("Pipeline:MaxDocumentsInFlight", "50"),
            ("Kafka:CommitInterval", "00:00:10"), ("Kafka:Consumer:session.timeout.ms", "6000"));
        await using (WorkerProcess worker = WorkerProcess.Start(settings))
        {
            for (long delivered = 200; ; delivered++)
            {
                probe.ReadAll(topics.Output, (int)delivered);
                worker.Signal(Signals.Stop); // so that the comparison holds when it is killed
                delivered = probe.HighWatermarks(topics.Output, Partitions).Values.Sum();
                if (delivered > probe.Committed(topics.Group, topics.Input, Partitions).Values.Sum()) break;
                SendPortion(); // a fast worker may have done, and committed, all that there was
                worker.Signal(Signals.Cont);
            }

            worker.Signal(Signals.Kill);
            await worker.ExitCodeAsync();
        }

        SendPortion(); // so that there is something left to read, however far the first one came
        await using WorkerHarness next = await WorkerHarness.StartAsync(settings);
        for (int expected = sent; Sources(probe.ReadAll(topics.Output, expected)).Count < sent;) expected++;
        await next.StopAsync();
        int repeated = probe.ReadAll(topics.Output, sent).Count - sent;
        Assert.True(repeated > 0, "nothing was repeated, though labels were delivered that were not committed");
        Assert.True(repeated <= 2 * 50,
            $"{repeated} labels were repeated: more than twice the documents in flight"); // though the commit interval was far from over
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));

        void SendPortion() => Send(probe, topics, sent, sent += Portion);
    }

    [Fact]
    public async Task A_text_of_ten_megabytes_is_labelled_and_a_bad_one_comes_whole_to_the_dead_letter_topic()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        byte[] good = new byte[10 * 1024 * 1024], bad = new byte[10 * 1024 * 1024];
        good.AsSpan().Fill((byte)'a');
        for (int i = 1; i < good.Length; i += 2) good[i] = (byte)' ';
        bad.AsSpan().Fill(0xFF);
        probe.Send(topics.Input, "good"u8.ToArray(), good);
        probe.Send(topics.Input, "bad"u8.ToArray(), bad);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        Prediction prediction = KafkaProbe.PredictionOf(Assert.Single(probe.ReadAll(topics.Output, 1)));
        Assert.Equal((32, true), (prediction.Tokens, prediction.Truncated));
        Assert.Equal(bad, Assert.Single(probe.ReadAll(topics.DeadLetters, 1)).Message.Value);
        await worker.StopAsync();
        Assert.Equal(2, worker.Progress.Committed);
    }

    [Fact]
    public async Task What_a_compacted_topic_refuses_becomes_a_dead_letter_and_takes_nothing_else_with_it()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1, ("cleanup.policy", "compact"));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < 50; i++) probe.Send(topics.Input, i == 30 ? null : Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics));
        ConsumeResult<byte[]?, byte[]?> record = Assert.Single(probe.ReadAll(topics.DeadLetters, 1));
        Assert.Equal(("label-refused", "30"),
            (PoisonMessageTests.Header(record, "sluice.error.reason"), PoisonMessageTests.Header(record, "sluice.source.offset")));
        Assert.Contains("which has no key", PoisonMessageTests.Header(record, "sluice.error.message"), StringComparison.Ordinal);
        Assert.Equal(49, Sources(probe.ReadAll(topics.Output, 49)).Count);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((50, 1), (worker.Progress.Committed, worker.Progress.DeadLettered));
    }

    [Fact]
    public async Task With_one_mistyped_field_name_the_worker_stops_and_a_start_with_the_right_one_labels_all()
    {
        const int Count = 801;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), """{"subject":"good","body":"film"}"""u8.ToArray());
        probe.Flush();
        await using (WorkerProcess worker = WorkerProcess.Start(Of("sumary")))
        {
            Assert.Equal(ExitCodes.TooManyRejections, await worker.ExitCodeAsync());
            Assert.Contains("Sluice:Input:TextFields is 'sumary', 'body'", worker.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(probe.Committed(topics.Group, topics.Input, Partitions), place => place.Value > 0);
        await using WorkerHarness next = await WorkerHarness.StartAsync(Of("subject"));
        Assert.Equal(Count, Sources(probe.ReadAll(topics.Output, Count)).Count);
        await next.StopAsync();
        Assert.Empty(probe.ReadAll(topics.DeadLetters, 0));
        Assert.Equal(probe.HighWatermarks(topics.Input, Partitions), probe.Committed(topics.Group, topics.Input, Partitions));

        Dictionary<string, string?> Of(string field) => WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics,
            ("Input:Format", "Json"), ("Input:TextFields:0", field));
    }

    private static void Send(KafkaProbe probe, TestTopics topics, int from, int to)
    {
        for (int i = from; i < to; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray());
        probe.Flush();
    }

    private void SendTransaction(TestTopics topics, int documents, bool isAborted)
    {
        ProducerConfig config = new() { BootstrapServers = kafka.BootstrapServers, TransactionalId = $"{topics.Input}-{isAborted}" };
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        for (int i = 0; i < documents; i++) producer.Produce(topics.Input, new() { Value = "good film"u8.ToArray() });
        producer.Flush(TimeSpan.FromSeconds(30));
        if (isAborted) producer.AbortTransaction();
        else producer.CommitTransaction();
    }

    private static HashSet<(int, long)> Sources(List<ConsumeResult<byte[]?, byte[]?>> labels) =>
        [.. labels.Select(KafkaProbe.PredictionOf).Select(p => (p.SourcePartition, p.SourceOffset))];

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics, [("Input:Format", "Text"), .. more]);
}
