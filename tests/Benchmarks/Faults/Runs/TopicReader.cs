using Confluent.Kafka;

namespace Benchmarks.Faults.Runs;

/// <summary>Reads a topic from its beginning as far as readers under <c>read_committed</c> can see, and from there on when asked again.
/// </summary>
/// <param name="kafka">Bootstrap servers.</param>
/// <param name="topic">What to read; its partitions are asked for each time.</param>
internal sealed class TopicReader(string kafka, string topic) : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, long> _next = [];
    private readonly IConsumer<byte[]?, byte[]?> _consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = kafka,
        GroupId = $"{topic}-reader", // never joined
        EnableAutoCommit = false,
        EnablePartitionEof = true,
        IsolationLevel = IsolationLevel.ReadCommitted,
        FetchWaitMaxMs = 50,
    }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>Reads on to where all partitions end by now.</summary>
    /// <param name="take">Is given each record, of a partition in its order.</param>
    /// <exception cref="TimeoutException">The brokers gave nothing for a minute.</exception>
    public void ReadOn(Action<ConsumeResult<byte[]?, byte[]?>> take)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        int[] partitions = [.. admin.GetMetadata(topic, AnswerTimeout).Topics.Single().Partitions.Select(one => one.PartitionId)];
        _consumer.Assign(partitions.Select(one => new TopicPartitionOffset(topic, one, _next.GetValueOrDefault(one, 0))));
        HashSet<int> ended = [];
        while (ended.Count < partitions.Length)
        {
            ConsumeResult<byte[]?, byte[]?> record = _consumer.Consume(AnswerTimeout)
                ?? throw new TimeoutException($"The brokers gave nothing of {topic} for {AnswerTimeout.TotalSeconds} s.");
            _next[record.Partition.Value] = record.Offset.Value;
            if (record.IsPartitionEOF)
            {
                ended.Add(record.Partition.Value);
                continue;
            }

            _next[record.Partition.Value]++;
            take(record);
        }
    }

    public void Dispose() => _consumer.Dispose();
}
