using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Wording;

namespace Sluice.Cli.DeadLetters;

/// <summary>A partition of the topic, with what of it is read.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Begin">The first offset.</param>
/// <param name="End">The offset before which the last record stands, when it was asked for: what comes later is left for another time.
/// </param>
internal readonly record struct PartitionRange(int Partition, long Begin, long End);

/// <summary>Reads a dead-letter topic and commits nothing of it. One caller at a time. Whatever is asked has a bound of ten seconds, and
/// so has waiting for the next record.</summary>
/// <remarks>It asks through a client of its own: on the reading client's connection an answer waits for the fetch before it.</remarks>
internal sealed class DeadLetterTopic : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly string _topic;
    private readonly string _servers;
    private readonly Redaction _redaction;
    private readonly TimeProvider _time;
    private readonly IConsumer<byte[]?, byte[]?> _consumer, _asking;
    private readonly IAdminClient _admin;

    /// <param name="options">Brokers and what is passed through to the client; its group is the one that offsets are committed for.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="redaction">Takes secrets out of the client's words.</param>
    /// <param name="time">For the bounds.</param>
    /// <exception cref="ClusterException">librdkafka makes no client of the settings.</exception>
    public DeadLetterTopic(KafkaOptions options, string topic, Redaction redaction, TimeProvider time)
    {
        (_topic, _servers, _redaction, _time) = (topic, options.BootstrapServers, redaction, time);
        ConsumerConfig config = new(ClientSettings.Consumer(options).ToDictionary(setting => setting.Key, setting => setting.Value))
        {
            AllowAutoCreateTopics = false, // a mistyped name shall make no topic
            AutoOffsetReset = AutoOffsetReset.Earliest, // where retention has taken records meanwhile, the first that is left
        };
        ConsumerBuilder<byte[]?, byte[]?> builder =
            new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { });
        _consumer = ClientSettings.Build(builder.Build, "consumer", redaction);
        _asking = ClientSettings.Build(builder.Build, "client to ask for offsets", redaction);
        _admin = new DependentAdminClientBuilder(_asking.Handle).Build();
    }

    /// <summary>The client as a transaction names it that commits offsets of this topic.</summary>
    public IConsumerGroupMetadata Group => _consumer.ConsumerGroupMetadata;

    /// <summary>All that there is now, by partition.</summary>
    /// <param name="since">The first record of this time begins it; null for all.</param>
    /// <exception cref="ClusterException">There is no such topic, or nobody answers.</exception>
    public IReadOnlyList<PartitionRange> Ranges(DateTimeOffset? since = null)
    {
        if (PartitionsOf(_topic) is not { } partitions)
            throw new ClusterException($"There is no topic '{_topic}' on {_servers}. Name the dead-letter topic of the worker "
                + "(Sluice:Kafka:DeadLetterTopic) behind the command.");
        return Asked(() =>
        {
            List<PartitionRange> ranges = [];
            for (int partition = 0; partition < partitions; partition++)
            {
                TopicPartition of = new(_topic, partition);
                WatermarkOffsets offsets = _asking.QueryWatermarkOffsets(of, AnswerTimeout);
                long begin = offsets.Low.Value;
                if (since is { } time)
                {
                    TopicPartitionTimestamp asked = new(of, new Timestamp(time.ToUnixTimeMilliseconds(), TimestampType.CreateTime));
                    Offset first = _asking.OffsetsForTimes([asked], AnswerTimeout).Single().Offset;
                    begin = first.IsSpecial ? offsets.High.Value : first.Value;
                }

                ranges.Add(new(partition, begin, offsets.High.Value));
            }

            return ranges;
        });
    }

    /// <summary>How many partitions a topic has; null where there is none of that name.</summary>
    /// <exception cref="ClusterException">Nobody answers, or it may not be seen.</exception>
    public int? PartitionsOf(string topic)
    {
        TopicMetadata found = Asked(() => _admin.GetMetadata(topic, AnswerTimeout)).Topics.Single();
        if (!found.Error.IsError) return found.Partitions.Count;
        return found.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic ? null
            : throw new ClusterException($"Topic '{topic}' on {_servers}: {Words(found.Error)}.");
    }

    /// <summary>The committed offsets of a group in this topic, by partition; none of a partition without one. What a transaction has not
    /// committed yet is waited for.</summary>
    /// <exception cref="ClusterException">Nobody answers, or the group may not be read.</exception>
    public async ValueTask<IReadOnlyDictionary<int, long>> CommittedAsync(string group)
    {
        ListConsumerGroupOffsetsOptions options = new() { RequestTimeout = AnswerTimeout, RequireStableOffsets = true };
        List<ListConsumerGroupOffsetsResult> groups;
        try
        {
            // Of all topics: nothing is told of a partition that has none then.
            groups = await _admin.ListConsumerGroupOffsetsAsync([new(group, null)], options);
        }
        catch (KafkaException e)
        {
            throw Failed(e);
        }

        return groups.SelectMany(found => found.Partitions).Where(offset => offset.Topic == _topic && offset.Offset.Value >= 0)
            .ToDictionary(offset => offset.Partition.Value, offset => offset.Offset.Value);
    }

    /// <summary>The records of a range, in their order.</summary>
    /// <param name="range">Of a partition.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ClusterException">Nothing more came within the time, or a batch cannot be read.</exception>
    public IEnumerable<DeadLetterRecord> Read(PartitionRange range, CancellationToken stop)
    {
        if (range.Begin >= range.End) yield break;
        TopicPartition partition = new(_topic, range.Partition);
        long next = range.Begin, waitingSince = _time.GetTimestamp();
        _consumer.Assign(new TopicPartitionOffset(partition, next));
        try
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                ConsumeResult<byte[]?, byte[]?>? result = Asked(() => _consumer.Consume(Step), $"after {_topic}:{range.Partition}:{next}");
                if (result is null)
                {
                    if (_time.GetElapsedTime(waitingSince) < AnswerTimeout) continue;
                    throw new ClusterException($"Nothing of topic '{_topic}' came for {AnswerTimeout.TotalSeconds:0} s, at partition "
                        + $"{range.Partition}, offset {next} of {range.End}. See whether the partition has a leader, and run it again.");
                }

                // Markers of transactions are no records: the end is where nothing is left to read.
                if (result.IsPartitionEOF || result.Offset.Value >= range.End) yield break;
                yield return Of(result);
                next = result.Offset.Value + 1;
                waitingSince = _time.GetTimestamp();
                if (next >= range.End) yield break;
            }
        }
        finally
        {
            _consumer.Unassign();
        }
    }

    public void Dispose()
    {
        _admin.Dispose();
        _asking.Dispose();
        _consumer.Dispose();
    }

    private static DeadLetterRecord Of(ConsumeResult<byte[]?, byte[]?> result) => new(result.Topic, result.Partition.Value,
        result.Offset.Value, ConsumedRecords.TimeOf(result.Message.Timestamp), result.Message.Key, result.Message.Value,
        [.. (result.Message.Headers ?? []).Select(header => new RecordHeader(header.Key, header.GetValueBytes()))]);

    private T Asked<T>(Func<T> ask, string where = "")
    {
        try
        {
            return ask();
        }
        catch (KafkaException e)
        {
            throw Failed(e, where);
        }
    }

    private ClusterException Failed(KafkaException e, string where = "") => new(e.Error.IsLocalError && where.Length == 0
        ? $"No broker at {_servers} answers: {Words(e.Error)}. Is it running, and is --cluster right?"
        : $"Topic '{_topic}' on {_servers} cannot be read{(where.Length == 0 ? "" : $" {where}")}: {Words(e.Error)}.");

    private string Words(Error error) => ForeignText.OneLine(_redaction.Clean(error.Reason), ForeignText.Message).TrimEnd('.');
}
