using System.Buffers;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace FunctionalTests;

/// <summary>What the world outside sees: writes documents, reads topics from their beginning, asks for committed offsets.</summary>
internal sealed class KafkaProbe(string bootstrapServers) : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(45);

    private readonly IProducer<byte[]?, byte[]?> _producer = new ProducerBuilder<byte[]?, byte[]?>(
            new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 5, MessageMaxBytes = 20_000_000, Acks = Acks.All })
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    public void Send(string topic, byte[]? key, byte[]? value, Headers? headers = null, int? partition = null, Timestamp written = default)
    {
        Message<byte[]?, byte[]?> message = new() { Key = key, Value = value, Headers = headers, Timestamp = written };
        if (partition is { } p) _producer.Produce(new TopicPartition(topic, p), message);
        else _producer.Produce(topic, message);
    }

    public void Flush() => Assert.Equal(0, _producer.Flush(AnswerTimeout));

    /// <summary>Records of a topic until there are <paramref name="count"/>, then all that is there by then.</summary>
    public List<ConsumeResult<byte[]?, byte[]?>> ReadAll(string topic, int count)
    {
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?, byte[]?>(
            new ConsumerConfig
            {
                BootstrapServers = bootstrapServers,
                GroupId = "probe",
                EnableAutoCommit = false,
                EnablePartitionEof = true,
                FetchWaitMaxMs = 20,
            })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        List<PartitionMetadata> partitions = admin.GetMetadata(topic, AnswerTimeout).Topics.Single().Partitions;
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        List<ConsumeResult<byte[]?, byte[]?>> records = [];
        HashSet<int> ended = [];
        long began = TimeProvider.System.GetTimestamp();
        while (records.Count < count || ended.Count < partitions.Count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < AnswerTimeout,
                $"{topic} has {records.Count} records after {AnswerTimeout.TotalSeconds} s; {count} were expected.");
            ConsumeResult<byte[]?, byte[]?>? result = consumer.Consume(100);
            if (result is null) continue;
            if (result.IsPartitionEOF)
            {
                ended.Add(result.Partition.Value);
                continue;
            }

            ended.Remove(result.Partition.Value);
            records.Add(result);
        }

        return records;
    }

    /// <summary>The group's committed offset of each partition that has one.</summary>
    public Dictionary<int, long> Committed(string group, string topic, int partitions)
    {
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?,
            byte[]?>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group }).SetLogHandler((_, _) => { }).Build();
        return consumer.Committed(Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p)), AnswerTimeout)
            .Where(c => c.Offset.Value >= 0).ToDictionary(c => c.Partition.Value, c => c.Offset.Value);
    }

    /// <summary>Waits until the group has committed these offsets of a topic, one a partition from 0 on.</summary>
    public void WaitForCommitted(string group, string topic, params long[] offsets)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Dictionary<int, long> committed = Committed(group, topic, offsets.Length);
            if (committed.Count == offsets.Length && committed.All(c => offsets[c.Key] == c.Value)) return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < AnswerTimeout,
                $"{group} has committed {string.Join(' ', committed)} of {topic}; {string.Join(' ', offsets)} were expected");
        }
    }

    /// <summary>Commits an offset for a group that has no members.</summary>
    public void Commit(string group, string topic, int partition, long offset)
    {
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?,
            byte[]?>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group }).SetLogHandler((_, _) => { }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, partition, offset)]);
    }

    /// <summary>How many records each partition ever had.</summary>
    public Dictionary<int, long> HighWatermarks(string topic, int partitions)
    {
        using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?,
            byte[]?>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "probe" }).SetLogHandler((_, _) => { }).Build();
        return Enumerable.Range(0, partitions).ToDictionary(p => p, p =>
            consumer.QueryWatermarkOffsets(new TopicPartition(topic, p), AnswerTimeout).High.Value);
    }

    public static Prediction PredictionOf(ConsumeResult<byte[]?, byte[]?> record)
    {
        Assert.Equal(WireHeaderResult.Ok, WireHeader.Read(record.Message.Value, out _, out ReadOnlySpan<byte> payload));
        return Prediction.Read(payload);
    }

    public static byte[] Framed(int schemaId, Document document)
    {
        ArrayBufferWriter<byte> output = new();
        WireHeader.Write(output, schemaId);
        document.Write(output);
        return output.WrittenSpan.ToArray();
    }

    public void Dispose() => _producer.Dispose();
}
