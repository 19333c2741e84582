using System.Text;
using Confluent.Kafka;
using Sluice.Cli.Demo.Clusters;
using Sluice.Cli.Demo.Settings;
using Sluice.Schemas;
using Sluice.Worker.Documents;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Demo.Replay;

/// <summary>
/// Reads the output and dead-letter topics from their beginning and enters what it finds into the ledger. Owns one thread while it reads.
/// </summary>
internal sealed class LabelReader : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100), AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly IConsumer<string?, byte[]?> _consumer;
    private readonly DemoTopics _topics;
    private readonly Window _window;
    private readonly TimeProvider _time;
    private readonly Func<string, Ledger> _ledgerOf;

    /// <summary>Finds the topics' partitions.</summary>
    /// <param name="client">librdkafka's settings that lead to the broker.</param>
    /// <param name="topics">Both topics must exist.</param>
    /// <param name="ledgerOf">The ledger that a document id stands in.</param>
    /// <param name="window">Left by each document that comes back.</param>
    /// <param name="time">The clock that the ledger's times are of.</param>
    public LabelReader(Dictionary<string, string> client, DemoTopics topics, Func<string, Ledger> ledgerOf, Window window,
        TimeProvider time)
    {
        (_topics, _ledgerOf, _window, _time) = (topics, ledgerOf, window, time);
        ConsumerBuilder<string?, byte[]?> builder = new(new ConsumerConfig(client)
        {
            GroupId = topics.Group + ".reader", // never joined: partitions are assigned by hand and nothing is committed
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = EmbeddedCluster.FetchWaitMs,
            FetchMaxBytes = 32 * 1024 * 1024,
        });
        _consumer = ClientSettings.Build(builder.SetLogHandler((_, _) => { }).Build, "consumer", EnvironmentSettings.Redaction);
        _consumer.Assign([.. Partitions(topics.Labels), .. Partitions(topics.DeadLetters)]);
    }

    /// <summary>A prediction as it came last, for model, mode and precision.</summary>
    public Prediction? Last { get; private set; }

    /// <summary>Reads until cancelled.</summary>
    public Task ReadAsync(CancellationToken cancellation) => Task.Factory.StartNew(
        () =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                if (_consumer.Consume(Poll) is { IsPartitionEOF: false } record)
                    Enter(record);
            }
        },
        cancellation,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Reads what is left until the present end of both topics, so that a duplicate behind the last label is seen. Not while
    /// <see cref="ReadAsync"/> reads.
    /// </summary>
    /// <exception cref="DemoException">The broker gave nothing for a while though there is more.</exception>
    public void ReadToEnd(CancellationToken cancellation)
    {
        foreach (TopicPartition partition in _consumer.Assignment)
        {
            long end = _consumer.QueryWatermarkOffsets(partition, AnswerTimeout).High.Value;
            long heard = _time.GetTimestamp();
            while (Position(partition) < end)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_time.GetElapsedTime(heard) > AnswerTimeout)
                    throw new DemoException(
                        $"The broker gave nothing of {partition.Topic}[{partition.Partition.Value}] for {AnswerTimeout.TotalSeconds:0} s, "
                        + $"though it goes on to offset {end}; is it still there?");
                if (_consumer.Consume(Poll) is not { IsPartitionEOF: false } record)
                    continue;
                heard = _time.GetTimestamp();
                Enter(record);
            }
        }
    }

    public void Dispose() => _consumer.Dispose();

    private long Position(TopicPartition partition) => _consumer.Position(partition) is { IsSpecial: false } position ? position.Value : 0;

    private void Enter(ConsumeResult<string?, byte[]?> record)
    {
        long now = _time.GetTimestamp();
        int? freed;
        if (record.Topic == _topics.DeadLetters)
        {
            string id = record.Message.Key ?? "";
            freed = _ledgerOf(id).Rejected(id, ReasonOf(record.Message.Headers));
        }
        else
        {
            Prediction found = Read(record.Message.Value);
            Last = found;
            freed = _ledgerOf(found.DocumentId).Labelled(found.DocumentId, found.Label, found.Exit ?? "teacher", found.Tokens,
                found.Truncated, now);
        }

        if (freed is { } bytes)
            _window.Leave(bytes);
    }

    private static Prediction Read(byte[]? value) =>
        WireHeader.Read(value, out _, out ReadOnlySpan<byte> payload) == WireHeaderResult.Ok
            ? Prediction.Read(payload)
            : throw new InvalidDataException("The output topic holds a value without a wire header.");

    /// <summary>The worker's words on the dead-letter record: a fixed word and a sentence.</summary>
    private static string ReasonOf(Headers? headers) => $"{Text(headers, "sluice.error.reason")}: {Text(headers, "sluice.error.message")}";

    private static string Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out byte[] value) ? Encoding.UTF8.GetString(value) : "unknown";

    private IEnumerable<TopicPartitionOffset> Partitions(string topic)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        return [.. admin.GetMetadata(topic, AnswerTimeout).Topics.Single().Partitions.Select(p =>
            new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning))];
    }
}
