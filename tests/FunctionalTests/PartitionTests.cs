using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FunctionalTests.Kafka;
using Sluice.Cli.Embedded;

namespace FunctionalTests;

/// <summary>Where labels lie on a real Apache Kafka, whose documents were written as Java's clients place them.</summary>
public sealed class PartitionTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Keys = 60;
    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    /// <summary>After confluent-kafka-dotnet issues 1103 and 1729.</summary>
    [Theory]
    [InlineData("AtLeastOnce")]
    [InlineData("ExactlyOnce")]
    public async Task Labels_and_dead_letters_lie_in_the_partition_number_of_their_document(string mode)
    {
        const int Partitions = 6;
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        SendKeys(probe, topics, Partitions);
        for (int i = 0; i < Partitions; i++)
        {
            probe.Send(topics.Input, null, "no key"u8.ToArray(), partition: i);
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"bad{i}"), [0xFF], partition: i);
        }

        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Delivery:Mode", mode)));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Keys + Partitions),
            dead = probe.ReadAll(topics.DeadLetters, Partitions);
        await worker.StopAsync();
        Assert.Equal((Keys + Partitions, Partitions), (labels.Count, dead.Count));
        AssertInPlace(labels);
        Assert.All(labels.Where(label => label.Message.Key is not null),
            label => Assert.Equal(JavaPartition(label.Message.Key!, Partitions), label.Partition.Value));
        Assert.All(dead, record => Assert.Equal($"bad{record.Partition.Value}", Encoding.UTF8.GetString(record.Message.Key!)));
        Assert.Equal(2, worker.Log.Lines.Count(line => line.Id == 430));
    }

    [Theory]
    [InlineData("AtLeastOnce", 6, 4)]
    [InlineData("ExactlyOnce", 4, 6)]
    public async Task Where_the_topics_have_not_as_many_labels_lie_where_Java_would_put_their_keys(string mode, int from, int to)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(int.Min(from, to));
        await GrowAsync(from > to ? topics.Input : topics.Output, int.Max(from, to));
        using KafkaProbe probe = new(kafka.BootstrapServers);
        SendKeys(probe, topics, from);
        probe.Flush();
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Delivery:Mode", mode)));
        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Keys);
        await worker.StopAsync();
        Assert.Equal(Keys, labels.Count);
        Assert.All(labels, label => Assert.Equal(JavaPartition(label.Message.Key!, to), label.Partition.Value));
        Assert.Contains($"({from} partitions) goes to the partition of '{topics.Output}' ({to})",
            Assert.Single(worker.Log.Lines, line => line.Id == 431 && line.Text.Contains(topics.Output, StringComparison.Ordinal)).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AtLeastOnce")]
    [InlineData("ExactlyOnce")]
    public async Task Topics_that_grow_together_while_the_worker_runs_keep_labels_in_the_partition_of_their_document(string mode)
    {
        const int Before = 2, After = 4, Each = 20;
        TestTopics topics = await kafka.CreateTopicsAsync(Before);
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(topics, ("Delivery:Mode", mode),
            ("Kafka:Consumer:topic.metadata.refresh.interval.ms", "500")));
        using (KafkaProbe probe = new(kafka.BootstrapServers))
        {
            SendEach(probe, topics, Before, Each);
            AssertInPlace(probe.ReadAll(topics.Output, Before * Each));
        }

        await GrowAsync(topics.Output, After); // the worker's producer does not know it
        await GrowAsync(topics.Input, After);
        using KafkaProbe grown = new(kafka.BootstrapServers);
        SendEach(grown, topics, After, Each);
        List<ConsumeResult<byte[]?, byte[]?>> labels = grown.ReadAll(topics.Output, (Before + After) * Each);
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((Before + After) * Each, labels.Count);
        // Those of the old ones may stray where the worker asks between the two.
        labels.RemoveAll(label => KafkaProbe.PredictionOf(label).SourcePartition < Before);
        Assert.Equal((After - Before) * Each, labels.Count);
        AssertInPlace(labels);
    }

    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public void The_hash_of_these_tests_is_Java_s(string key, int hash) => Assert.Equal(hash, Murmur2(Encoding.UTF8.GetBytes(key)));

    private static void SendKeys(KafkaProbe probe, TestTopics topics, int partitions)
    {
        for (int i = 0; i < Keys; i++)
        {
            byte[] key = Encoding.UTF8.GetBytes($"customer-{i}");
            probe.Send(topics.Input, key, "good film"u8.ToArray(), partition: JavaPartition(key, partitions));
        }
    }

    private static void SendEach(KafkaProbe probe, TestTopics topics, int partitions, int each)
    {
        for (int i = 0; i < partitions * each; i++)
            probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), "good film"u8.ToArray(), partition: i % partitions);
        probe.Flush();
    }

    private static void AssertInPlace(List<ConsumeResult<byte[]?, byte[]?>> labels) =>
        Assert.All(labels, label => Assert.Equal(KafkaProbe.PredictionOf(label).SourcePartition, label.Partition.Value));

    private async Task GrowAsync(string topic, int partitions)
    {
        using IAdminClient admin = kafka.CreateAdmin();
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = partitions }]);
        long began = TimeProvider.System.GetTimestamp();
        while (admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Count < partitions)
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"{topic} does not grow");
    }

    private static int JavaPartition(byte[] key, int partitions) => (Murmur2(key) & int.MaxValue) % partitions;

    // MurmurHash2 of 32 bits with the seed of org.apache.kafka.common.utils.Utils.
    private static int Murmur2(ReadOnlySpan<byte> data)
    {
        const uint M = 0x5bd1e995;
        uint hash = 0x9747b28c ^ (uint)data.Length;
        for (; data.Length >= 4; data = data[4..])
        {
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(data) * M;
            hash = (hash * M) ^ ((k ^ (k >> 24)) * M);
        }

        for (int i = data.Length - 1; i >= 0; i--) hash ^= (uint)data[i] << (8 * i);
        if (data.Length > 0) hash *= M;
        hash = (hash ^ (hash >> 13)) * M;
        return (int)(hash ^ (hash >> 15));
    }

    private Dictionary<string, string?> Settings(TestTopics topics, params (string, string)[] more) =>
        WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics, [("Input:Format", "Text"), .. more]);
}
