using System.Globalization;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;
using Sluice.Worker;

namespace FunctionalTests;

/// <summary>A batch that is damaged on the disk of a real broker: the worker stops before it, and passes it when it is told to.</summary>
public sealed class UnreadableBatchTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Documents = 30;

    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    /// <summary>By itself the client takes unpacked bytes for what was written. And where it checks them it goes on behind the batch, at
    /// what it takes for an offset there, and from there to the beginning of the log, again and again.</summary>
    [Theory]
    [InlineData(CompressionType.None, false)]
    [InlineData(CompressionType.Gzip, false)]
    [InlineData(CompressionType.None, true)] // of a codec that nobody knows
    public async Task The_worker_stops_before_it_with_all_before_it_committed_and_passes_it_when_told_and_never_jumps_back(
        CompressionType packed, bool isOfUnknownCodec)
    {
        kafka.MustBeOursToKill();
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        Send(topics, packed, Documents);
        (long first, long next) = await kafka.ChangeLogAsync(topics.Input, 0, folder => isOfUnknownCodec
            ? SegmentFile.SetUnknownCodec(folder, Documents / 2) : SegmentFile.Damage(folder, Documents / 2));
        Dictionary<string, string?> settings = Settings(topics);
        if (isOfUnknownCodec) settings["Kafka:Consumer:check.crcs"] = "false"; // or it would be found by that

        await using (WorkerProcess worker = WorkerProcess.Start(settings))
        {
            int code = await worker.ExitCodeAsync();
            Assert.True(code == ExitCodes.UnreadableBatch, $"{code}\n{worker.Output}");
            Assert.Contains($"The worker stopped: {topics.Input}[0] cannot be read from offset {first} on", worker.Output,
                StringComparison.Ordinal);
            Assert.Contains($"--Faults:SkipTo:0={topics.Input}:0:OFFSET", worker.Output, StringComparison.Ordinal);
        }

        using KafkaProbe probe = new(kafka.BootstrapServers);
        Assert.Equal(first, probe.Committed(topics.Group, topics.Input, 1)[0]);

        settings["Faults:SkipTo:0"] = $"{topics.Input}:0:{next}";
        await using (WorkerHarness worker = await WorkerHarness.StartAsync(settings))
        {
            await worker.Log.WaitForAsync(221, $"goes on at {next} by Faults:SkipTo, and not at {first}");
            probe.WaitForCommitted(topics.Group, topics.Input, Documents);
            await worker.StopAsync();
            Assert.Null(worker.Failure.Cause);
        }

        await using (WorkerHarness worker = await WorkerHarness.StartAsync(settings)) // somebody left it in
        {
            await worker.Log.WaitForAsync(222);
            Send(topics, CompressionType.None, 1);
            probe.WaitForCommitted(topics.Group, topics.Input, Documents + 1);
            await worker.StopAsync();
        }

        long[] expected = [.. Enumerable.Range(0, Documents + 1).Select(offset => (long)offset).Where(o => o < first || o >= next)];
        Assert.Equal(expected, probe.ReadAll(topics.Output, expected.Length).Select(KafkaProbe.PredictionOf)
            .Select(label => label.SourceOffset).Order());
        Assert.Equal(expected.Length, probe.HighWatermarks(topics.Output, 1)[0]);
    }

    /// <summary>The client would find no such offset, and go where auto.offset.reset says: to the beginning.</summary>
    [Fact]
    public async Task An_offset_behind_the_end_of_the_log_is_not_skipped_to()
    {
        TestTopics topics = await kafka.CreateTopicsAsync(partitions: 1);
        Send(topics, CompressionType.None, 5);
        Dictionary<string, string?> settings = Settings(topics);
        settings["Faults:SkipTo:0"] = $"{topics.Input}:0:6";
        await using WorkerProcess worker = WorkerProcess.Start(settings);
        Assert.Equal(ExitCodes.Failed, await worker.ExitCodeAsync());
        Assert.Contains($"Sluice:Faults:SkipTo names 6 of {topics.Input}[0], whose log can be read up to 5", worker.Output,
            StringComparison.Ordinal);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        Assert.Equal(0, probe.HighWatermarks(topics.Output, 1)[0]);
    }

    // Ten a batch.
    private void Send(TestTopics topics, CompressionType packed, int documents)
    {
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            CompressionType = packed,
            BatchNumMessages = 10,
            LingerMs = 1000,
        }).Build();
        for (int i = 0; i < documents; i++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"good film number {i} of them all");
            producer.Produce(new TopicPartition(topics.Input, 0), new() { Value = System.Text.Encoding.UTF8.GetBytes(text) });
        }

        producer.Flush(TestContext.Current.CancellationToken);
    }

    private Dictionary<string, string?> Settings(TestTopics topics) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics, ("Input:Format", "Text"));
}
