using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>Asks the brokers for offsets, and how many partitions topics have. Each question has a bound. Thread-safe.</summary>
/// <remarks>It does so through a client of its own, which never joins the group: a broker answers the requests of a connection in their
/// order, so on the reading client's an answer waits for the fetch before it, <c>fetch.wait.max.ms</c> (seen: 0.5 s). Once disposed of it
/// takes no more questions, with <see cref="ErrorCode.Local_Destroy"/>; one that is out on a task of its own may then never be answered.
/// </remarks>
internal sealed class OffsetQueries : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _client;
    private readonly IAdminClient _admin;
    private readonly string _group;
    private readonly TimeProvider _time;
    private readonly CallsInside _calls;

    /// <exception cref="ClusterException">librdkafka refuses the settings.</exception>
    public OffsetQueries(KafkaOptions options, Redaction redaction, TimeProvider time, ILogger<OffsetQueries> logger)
    {
        _time = time;
        ConsumerConfig settings = ClientSettings.Consumer(options);
        settings.Set("statistics.interval.ms", "0");
        ClientWarnings warnings = new("client that asks for offsets", time, logger);
        ConsumerBuilder<byte[]?, byte[]?> builder = new ConsumerBuilder<byte[]?, byte[]?>(settings)
            .SetErrorHandler((_, _) => { }) // the reading client reaches the same brokers, and tells of them
            .SetLogHandler((_, message) => ClientLog.Write(logger, message, redaction, warnings));
        _client = ClientSettings.Build(builder.Build, "client to ask for offsets", redaction);
        _admin = new DependentAdminClientBuilder(_client.Handle).Build();
        _calls = new CallsInside(() =>
        {
            _admin.Dispose();
            _client.Dispose();
        });
        _group = options.GroupId;
        IsReadCommitted = settings.IsolationLevel is null or IsolationLevel.ReadCommitted;
    }

    /// <summary>Records of open and aborted transactions are not read: what can be read may end before the log does.</summary>
    public bool IsReadCommitted { get; }

    /// <summary>Takes what the client has to tell, and lets it refresh its tokens: what nobody takes is kept for ever. Now and then, on one
    /// thread.</summary>
    public void Serve()
    {
        try
        {
            _calls.Make(() => _client.Consume(TimeSpan.Zero));
        }
        catch (KafkaException)
        {
            // The reading client tells the same.
        }
    }

    /// <summary>The group's committed offsets, or null where there is no answer within a second. Those of a transaction that has not ended
    /// are waited for.</summary>
    public IReadOnlyDictionary<SourcePartition, long>? TryCommitted(IReadOnlyList<SourcePartition> partitions)
    {
        try
        {
            return Committed(partitions, TimeSpan.FromSeconds(1)).ToDictionary(found => found.Key, found => found.Value.Offset.Value);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    /// <summary>The group's committed offsets; of a partition without one, none.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public IReadOnlyDictionary<SourcePartition, TopicPartitionOffset> Committed(IEnumerable<SourcePartition> partitions,
        TimeSpan timeout) => _calls.Make(() => _client.Committed(partitions.Select(Of), timeout))
            .Where(offset => offset.Offset.Value >= 0).ToDictionary(offset => Of(offset.TopicPartition));

    /// <summary>How many partitions a topic has; null where it is not there, or cannot be read just now. Asking makes none.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public int? Partitions(string topic, TimeSpan timeout)
    {
        TopicMetadata found = _calls.Make(() => _admin.GetMetadata(topic, timeout)).Topics.Single();
        return found.Error.IsError || found.Partitions.Count == 0 ? null : found.Partitions.Count;
    }

    /// <summary>The topics of which the group has a committed offset in any partition.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public async Task<IReadOnlySet<string>> TopicsWithCommitsAsync(TimeSpan timeout)
    {
        ConsumerGroupTopicPartitions all = new(_group, null);
        List<ListConsumerGroupOffsetsResult> groups =
            await _calls.Make(() => _admin.ListConsumerGroupOffsetsAsync([all], new() { RequestTimeout = timeout }));
        return groups.SelectMany(group => group.Partitions).Where(offset => offset.Offset.Value >= 0).Select(offset => offset.Topic)
            .ToHashSet();
    }

    /// <summary>Asks the group's coordinator what it has committed; why it did not say, or null where it did.</summary>
    public async Task<string?> WhySilentAsync(TimeSpan timeout)
    {
        try
        {
            await TopicsWithCommitsAsync(timeout);
            return null;
        }
        catch (KafkaException e)
        {
            return $"asked for the group's offsets: {e.Error.Code}";
        }
    }

    /// <summary>The first offsets of partitions' logs; of a partition whose leader had none to give, none.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public IReadOnlyDictionary<SourcePartition, long> LogStarts(IReadOnlyList<SourcePartition> partitions, TimeSpan timeout) =>
        OffsetsForTimes(partitions, Offset.Beginning, timeout, _time.GetTimestamp());

    /// <summary>Up to which offsets records can be read: the last stable ones under read_committed, else the logs' ends; of a partition
    /// whose leader had none to give, none.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public IReadOnlyDictionary<SourcePartition, long> Readable(IReadOnlyList<SourcePartition> partitions, TimeSpan timeout) =>
        OffsetsForTimes(partitions, Offset.End, timeout, _time.GetTimestamp());

    /// <summary>The ends of partitions' logs, the high watermarks; of a partition whose leader had none to give, none.</summary>
    /// <exception cref="KafkaException">There was no answer within the time.</exception>
    public async Task<IReadOnlyDictionary<SourcePartition, long>> LogEndsAsync(IEnumerable<SourcePartition> partitions, TimeSpan timeout)
    {
        ListOffsetsOptions options = new() { RequestTimeout = timeout, IsolationLevel = IsolationLevel.ReadUncommitted };
        IEnumerable<TopicPartitionOffsetSpec> asked =
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = Of(p), OffsetSpec = OffsetSpec.Latest() });
        IEnumerable<TopicPartitionOffsetError> answers;
        try
        {
            ListOffsetsResult result = await _calls.Make(() => _admin.ListOffsetsAsync(asked, options));
            answers = result.ResultInfos.Select(info => info.TopicPartitionOffsetError);
        }
        catch (ListOffsetsException e)
        {
            answers = e.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError); // some have one
        }

        return Known(answers.Where(answer => !answer.Error.IsError).Select(answer => answer.TopicPartitionOffset));
    }

    /// <summary>Frees the client, or has the last call do so that is still inside it.</summary>
    public void Dispose() => _calls.Dispose();

    // Half the cost of ListOffsets (measured with 100 partitions), but for the isolation level, which is the client's. The protocol takes
    // the special offsets as times.
    private Dictionary<SourcePartition, long> OffsetsForTimes(IReadOnlyList<SourcePartition> partitions, Offset special, TimeSpan timeout,
        long began)
    {
        Timestamp time = new(special.Value, TimestampType.CreateTime);
        TimeSpan left = timeout - _time.GetElapsedTime(began);
        if (left <= TimeSpan.Zero) throw new KafkaException(ErrorCode.Local_TimedOut);
        try
        {
            TopicPartitionTimestamp[] asked = [.. partitions.Select(p => new TopicPartitionTimestamp(Of(p), time))];
            return Known(_calls.Make(() => _client.OffsetsForTimes(asked, left)));
        }
        catch (TopicPartitionOffsetException e)
        {
            return Known(e.Results.Where(result => !result.Error.IsError).Select(result => result.TopicPartitionOffset));
        }
        catch (KafkaException e) when (e.Error.IsBrokerError)
        {
            // Of one partition (its topic was deleted, its leader is just elected), and the client gives its error for all: which it is
            // shows in halves.
            if (partitions.Count <= 1) return [];
            int half = partitions.Count / 2;
            Dictionary<SourcePartition, long> known = OffsetsForTimes([.. partitions.Take(half)], special, timeout, began);
            foreach ((SourcePartition partition, long offset) in OffsetsForTimes([.. partitions.Skip(half)], special, timeout, began))
                known.Add(partition, offset);
            return known;
        }
    }

    private static Dictionary<SourcePartition, long> Known(IEnumerable<TopicPartitionOffset> offsets) =>
        offsets.Where(offset => offset.Offset.Value >= 0).ToDictionary(offset => Of(offset.TopicPartition), offset => offset.Offset.Value);

    private static SourcePartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private static TopicPartition Of(SourcePartition partition) => new(partition.Topic, partition.Partition);
}
