using Benchmarks.Burst.Plain;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace Benchmarks.Burst.Load;

/// <summary>What came of a load, read from the broker when it is over: reading beside the systems would cost them a core's share.</summary>
internal sealed class LabelTopic : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    private readonly LoadTopics _topics;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IAdminClient _admin;

    public LabelTopic(LoadTopics topics)
    {
        _topics = topics;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = topics.Kafka,
            GroupId = $"{topics.Name}-reader", // never joined
            EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
    }

    /// <summary>How many labels there are by now: one request to the broker.</summary>
    public Task<long> CountAsync() => CountAsync(_topics.Output);

    /// <summary>How many documents were refused by now.</summary>
    public Task<long> CountDeadLettersAsync() => CountAsync(_topics.DeadLetters);

    /// <summary>What the system has committed: of each partition the first offset that it would read again.</summary>
    public async Task<IReadOnlyDictionary<int, long>> CommittedAsync()
    {
        List<ListConsumerGroupOffsetsResult> answer = await _admin.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(_topics.Name, [.. Partitions(_topics.Input)])]);
        return answer.Single().Partitions.ToDictionary(
            partition => partition.Partition.Value, partition => Math.Max(0, partition.Offset.Value));
    }

    /// <summary>All labels that there are, in the order of their times.</summary>
    /// <param name="start">What their times are counted from.</param>
    public IReadOnlyList<Delivery> ReadAll(DateTimeOffset start)
    {
        List<Delivery> found = [];
        foreach (TopicPartition partition in Partitions(_topics.Output))
        {
            long end = _consumer.QueryWatermarkOffsets(partition, AnswerTimeout).High.Value;
            _consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
            for (long next = 0; next < end;)
            {
                ConsumeResult<byte[]?, byte[]?> record = _consumer.Consume(AnswerTimeout)
                    ?? throw new TimeoutException($"The broker gave nothing of {partition} for {AnswerTimeout.TotalSeconds} s.");
                next = record.Offset.Value + 1;
                found.Add(Read(record, start));
            }
        }

        found.Sort((one, other) => one.At.CompareTo(other.At));
        return found;
    }

    public void Dispose()
    {
        _admin.Dispose();
        _consumer.Dispose();
    }

    private async Task<long> CountAsync(string topic)
    {
        ListOffsetsResult answer = await _admin.ListOffsetsAsync(Partitions(topic).Select(partition =>
            new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }));
        return answer.ResultInfos.Sum(partition => partition.TopicPartitionOffsetError.Offset.Value);
    }

    private static IEnumerable<TopicPartition> Partitions(string topic) =>
        Enumerable.Range(0, LoadTopics.Partitions).Select(partition => new TopicPartition(topic, partition));

    private static Delivery Read(ConsumeResult<byte[]?, byte[]?> record, DateTimeOffset start)
    {
        int document = Sender.DocumentOf(record.Message.Key);
        double at = (record.Message.Timestamp.UtcDateTime - start.UtcDateTime).TotalSeconds;
        if (record.Message.Value is [(byte)'{', ..] json) return new Delivery(document, at, PlainLabel.Read(json).Label, "teacher");
        if (WireHeader.Read(record.Message.Value, out _, out ReadOnlySpan<byte> payload) != WireHeaderResult.Ok)
            throw new InvalidDataException($"{record.TopicPartitionOffset} is no label of any system that is measured here.");
        Prediction prediction = Prediction.Read(payload);
        return new Delivery(document, at, prediction.Label, prediction.Exit ?? ModeOf(prediction));
    }

    private static string ModeOf(Prediction prediction) => prediction switch
    {
        { Mode: PredictionMode.Students, StudentsUsed: 0 } => "swift",
        { Mode: PredictionMode.Students } => $"students:{prediction.StudentsUsed}",
        { Mode: PredictionMode.Teacher } => "teacher",
        _ => prediction.Mode.ToString(),
    };
}
