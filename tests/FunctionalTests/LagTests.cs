using System.Text;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Embedded;
using Sluice.Schemas;
using Sluice.Worker.Control;
using Sluice.Worker.Kafka;

namespace FunctionalTests;

/// <summary>The worker's lag on a real Apache Kafka, beside what Kafka's own tool says.</summary>
public sealed class LagTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(45);

    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData("plain")]
    [InlineData("transactions")]
    [InlineData("aborted")]
    [InlineData("compacted")]
    public async Task When_all_is_read_the_lag_is_zero_and_the_log_end_committed_as_kafka_says(string kind)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 2);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        switch (kind)
        {
            case "plain":
                Send(probe, topics, 0, 30);
                break;
            case "transactions":
                SendTransaction(topics, documents: 10, isAborted: false);
                SendTransaction(topics, documents: 5, isAborted: true);
                break;
            case "aborted":
                SendTransaction(topics, documents: 3, isAborted: true);
                break;
            default:
                await kafka.CompactAsync(topics.Input);
                await CompactAsync(probe, topics);
                break;
        }

        long end = probe.HighWatermarks(topics.Input, 1)[0];
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Input:Format", "Text")));
        probe.WaitForCommitted(topics.Group, topics.Input, end, 0);
        LagSample sample = await WaitForAsync(worker,
            lag => lag is { Partitions.Count: 2, LagMessages: 0, BacklogRecords: 0, UnknownPartitions: 0 });
        Assert.Null(sample.RecordAge);
        Assert.Equal(new() { [0] = (end, end, 0), [1] = (0, 0, 0) }, await kafka.DescribeAsync(topics.Group));
        await worker.StopAsync();
    }

    [Fact]
    public async Task What_waits_is_counted_while_reading_is_paused_and_only_what_can_be_read_is_backlog()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 2);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(_registryUrl);
        int schema = await WorkerHarness.RegisterAsync(_registryUrl, topics.Input);
        byte[] document = KafkaProbe.Framed(schema, new Document("d", null, "good"));
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(topics, ("Pipeline:MaxDocumentsInFlight", "20"), ("Pipeline:PauseAfter", "00:00:00"),
                ("Registry:Url", registry.Url.ToString())), registry.Down);
        SendAll(100);
        await worker.Log.WaitForAsync(203);
        SendAll(50);
        LagSample sample = await WaitForAsync(worker, lag => lag is { LagMessages: 150, BacklogRecords: 150 });
        Assert.Equal((0, null), (sample.Partitions.Single(p => p.Partition.Partition == 1).BacklogRecords,
            sample.Partitions.Single(p => p.Partition.Partition == 1).RecordAge));
        Assert.InRange(sample.RecordAge!.Value, TimeSpan.FromMilliseconds(1), AnswerTimeout);
        Assert.Equal(new() { [0] = (0, 150, 150), [1] = (0, 0, 0) }, await kafka.DescribeAsync(topics.Group));

        // A transaction that is open is in the log's end, and cannot be read.
        ProducerConfig config = new() { BootstrapServers = kafka.BootstrapServers, TransactionalId = topics.Input };
        using (IProducer<byte[]?, byte[]?> open = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build())
        {
            open.InitTransactions(AnswerTimeout);
            open.BeginTransaction();
            for (int i = 0; i < 5; i++) open.Produce(new TopicPartition(topics.Input, 1), new() { Value = document });
            open.Flush(AnswerTimeout);
            sample = await WaitForAsync(worker, lag => lag is { LagMessages: 155 });
            Assert.Equal(150, sample.BacklogRecords);
            Assert.Equal((0, 5, 5), (await kafka.DescribeAsync(topics.Group))[1]);
            open.AbortTransaction();
        }

        registry.Up();
        await WaitForAsync(worker, lag => lag is { Partitions.Count: 2, LagMessages: 0, BacklogRecords: 0 });
        Assert.Equal(new() { [0] = (150, 150, 0), [1] = (6, 6, 0) }, await kafka.DescribeAsync(topics.Group));
        await worker.StopAsync();

        void SendAll(int count)
        {
            for (int i = 0; i < count; i++) probe.Send(topics.Input, null, document, partition: 0);
            probe.Flush();
        }
    }

    [Theory]
    [InlineData("CreateTime", -1, 1)]
    [InlineData("CreateTime", 1, null)] // a clock that is ahead tells no age
    [InlineData("LogAppendTime", -1, 0)]
    public async Task The_oldest_record_is_as_old_as_its_topics_clock_says(string clock, int writtenAfterHours, int? ageHours)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        await kafka.SetAsync(topics.Input, ("message.timestamp.type", clock));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(_registryUrl);
        int schema = await WorkerHarness.RegisterAsync(_registryUrl, topics.Input);
        Timestamp written = new(TimeProvider.System.GetUtcNow().AddHours(writtenAfterHours));
        await using WorkerHarness worker = await WorkerHarness.StartAsync(
            Settings(topics, ("Registry:Url", registry.Url.ToString())), registry.Down);
        for (int i = 0; i < 5; i++)
            probe.Send(topics.Input, null, KafkaProbe.Framed(schema, new Document("d", null, "good")), written: written);
        probe.Flush();
        LagSample sample = await WaitForAsync(worker, lag => lag is { LagMessages: 5, BacklogRecords: 5, Partitions: [{ Place: 5 }] });
        if (ageHours is { } hours)
            Assert.InRange(sample.RecordAge!.Value, TimeSpan.FromHours(hours), TimeSpan.FromHours(hours) + AnswerTimeout);
        else Assert.Null(sample.RecordAge);
        registry.Up();
        await WaitForAsync(worker, lag => lag is { LagMessages: 0, BacklogRecords: 0, RecordAge: null });
        await worker.StopAsync();
    }

    [Fact]
    public async Task What_waits_goes_with_its_partition_to_the_worker_that_it_is_given_to()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 2);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        await using SwitchedRegistry registry = await SwitchedRegistry.StartAsync(_registryUrl);
        int schema = await WorkerHarness.RegisterAsync(_registryUrl, topics.Input);
        byte[] document = KafkaProbe.Framed(schema, new Document("d", null, "good"));
        Dictionary<string, string?> settings = Settings(topics, ("Registry:Url", registry.Url.ToString()),
            ("Pipeline:DrainTimeout", "00:00:01"));
        await using WorkerHarness first = await WorkerHarness.StartAsync(settings, registry.Down);
        for (int i = 0; i < 60; i++) probe.Send(topics.Input, null, document, partition: i % 2);
        probe.Flush();
        await WaitForAsync(first, lag => lag is { Partitions.Count: 2, LagMessages: 60, BacklogRecords: 60 });
        await using SwitchedRegistry itsOwn = await SwitchedRegistry.StartAsync(_registryUrl); // no worker starts without one
        settings["Registry:Url"] = itsOwn.Url.ToString();
        await using (WorkerHarness second = await WorkerHarness.StartAsync(settings, itsOwn.Down))
        {
            await WaitForAsync(first, lag => lag is { Partitions.Count: 1, LagMessages: 30, BacklogRecords: 30 });
            await WaitForAsync(second, lag => lag is { Partitions.Count: 1, LagMessages: 30, BacklogRecords: 30 });
            await second.StopAsync();
        }

        await WaitForAsync(first, lag => lag is { Partitions.Count: 2, LagMessages: 60, BacklogRecords: 60 });
        registry.Up();
        await WaitForAsync(first, lag => lag is { Partitions.Count: 2, LagMessages: 0, BacklogRecords: 0 });
        await first.StopAsync();
    }

    [Fact]
    public async Task Without_a_broker_the_lag_is_unknown_and_not_zero()
    {
        kafka.MustBeOursToKill();
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Input:Format", "Text")));
        await WaitForAsync(worker, lag => lag is { Partitions.Count: 1, BacklogRecords: 0, LagMessages: 0 });
        await kafka.KillAsync();
        LagSample sample = await WaitForAsync(worker, lag => lag.UnknownPartitions > 0);
        Assert.Equal((1, null, null, null), (sample.Partitions.Count, sample.LagMessages, sample.BacklogRecords, sample.ArrivalsPerSecond));
        await kafka.UpAsync();
        await WaitForAsync(worker, lag => lag is { Partitions.Count: 1, BacklogRecords: 0, LagMessages: 0 });
        await worker.StopAsync();
    }

    private static LagSample? LagOf(WorkerHarness worker) => worker.Services.GetRequiredService<RecordSource>().LagSample;

    private static async Task<LagSample> WaitForAsync(WorkerHarness worker, Func<LagSample, bool> when)
    {
        long began = TimeProvider.System.GetTimestamp();
        using PeriodicTimer pace = new(LagReader.Period);
        while (true)
        {
            if (LagOf(worker) is { } sample && when(sample)) return sample;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < AnswerTimeout,
                $"{LagOf(worker)}: {string.Join(", ", LagOf(worker)?.Partitions ?? [])}");
            await pace.WaitForNextTickAsync();
        }
    }

    private static void Send(KafkaProbe probe, TestTopics topics, int partition, int documents)
    {
        for (int i = 0; i < documents; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray(), partition: partition);
        probe.Flush();
    }

    /// <summary>Sends the same keys again and again until some of their records are gone.</summary>
    private static async Task CompactAsync(KafkaProbe probe, TestTopics topics)
    {
        long began = TimeProvider.System.GetTimestamp(), sent = 0;
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(500));
        do
        {
            Send(probe, topics, 0, 30);
            sent += 30;
            await pace.WaitForNextTickAsync();
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "the broker does not compact");
        }
        while (probe.ReadAll(topics.Input, 0).Count == sent);
    }

    private void SendTransaction(TestTopics topics, int documents, bool isAborted)
    {
        ProducerConfig config = new() { BootstrapServers = kafka.BootstrapServers, TransactionalId = $"{topics.Input}-{isAborted}" };
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(AnswerTimeout);
        producer.BeginTransaction();
        for (int i = 0; i < documents; i++)
            producer.Produce(new TopicPartition(topics.Input, 0), new() { Value = "good film"u8.ToArray() });
        producer.Flush(AnswerTimeout);
        if (isAborted) producer.AbortTransaction();
        else producer.CommitTransaction();
    }

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics, more);
}
