using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>The one owner of the consumer: what comes out of it is ours.</summary>
/// <remarks>The only caller of Consume, Pause, Resume and Commit. All on one thread, the reading one, but for <see cref="Handle"/>,
/// <see cref="Warnings"/>, <see cref="LagSample"/> and <see cref="Dispose"/>; rebalance callbacks come on it too, from inside
/// <see cref="Consume"/> and <see cref="Close"/>.</remarks>
internal sealed class RecordSource : IDisposable
{
    private const long EarliestMs = -62_135_596_800_000; // the year 1
    private const long LatestMs = 253_402_300_799_999; // the year 9999

    private readonly KafkaOptions _options;
    private readonly Redaction _redaction;
    private readonly TimeProvider _time;
    private readonly ILogger<RecordSource> _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly FailedReads _failedReads;
    private Action<IReadOnlyList<SourcePartition>>? _assigned, _revoked, _lost;
    private volatile Error? _fatal;
    private volatile LagSample? _lag;
    private volatile bool _isOpen;

    public RecordSource(KafkaOptions options, MetricsOptions metrics, Redaction redaction, TimeProvider time,
        ILogger<RecordSource> logger)
    {
        (_options, _redaction, _time, _logger) = (options, redaction, time, logger);
        Warnings = new ClientWarnings("consumer", time, logger);
        Statistics = new ClientStatistics(time);
        _failedReads = new FailedReads(time, logger);
        ConsumerBuilder<byte[]?, byte[]?> builder = new ConsumerBuilder<byte[]?, byte[]?>(ClientSettings.Consumer(options, metrics.IsOn))
            .SetStatisticsHandler((_, json) => Statistics.Take(json))
            .SetErrorHandler((_, error) => OnError(ClientLog.Clean(error, redaction)))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message, redaction))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned([.. partitions.Select(Of)]))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked([.. partitions.Select(p => Of(p.TopicPartition))]))
            .SetPartitionsLostHandler((_, partitions) => OnLost([.. partitions.Select(p => Of(p.TopicPartition))]));
        _consumer = ClientSettings.Build(builder.Build, "consumer", redaction);
    }

    /// <summary>The client's handle, for metadata requests beside it.</summary>
    public Handle Handle => _consumer.Handle;

    /// <summary>What the client reports.</summary>
    public ClientWarnings Warnings { get; }

    /// <summary>What the client counts.</summary>
    public ClientStatistics Statistics { get; }

    /// <summary>What has happened to the group's member.</summary>
    public ConsumerCounts Counts { get; } = new();

    /// <summary>Where the client stood at the last <see cref="SampleLag"/>; null before the first.</summary>
    public LagSample? LagSample => _lag;

    /// <summary>Joins the group of the configured topics.</summary>
    /// <param name="assigned">Told of partitions that are about to be assigned; they come unpaused.</param>
    /// <param name="revoked">Told of partitions that are about to be taken away: the last moment to commit of them.</param>
    /// <param name="lost">Told of partitions that another member may own by now: nothing may be committed of them.</param>
    public void Open(Action<IReadOnlyList<SourcePartition>> assigned, Action<IReadOnlyList<SourcePartition>> revoked,
        Action<IReadOnlyList<SourcePartition>> lost)
    {
        (_assigned, _revoked, _lost, _isOpen) = (assigned, revoked, lost, true);
        _consumer.Subscribe(_options.InputTopics);
    }

    /// <summary>Waits, but not longer than <paramref name="timeout"/>, for the next record; null when none came, or when it could not be
    /// read and the client tries again.</summary>
    /// <exception cref="KafkaException">The client met an error that it cannot recover from, or may not read a topic.</exception>
    public InboundRecord? Consume(TimeSpan timeout)
    {
        try
        {
            if (_consumer.Consume(timeout) is not { } result) return null;
            _failedReads.Read(result.TopicPartition);
            return Of(result);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && !IsRefusal(e.Error.Code))
        {
            TopicPartitionOffset place = e.ConsumerRecord?.TopicPartitionOffset
                ?? new TopicPartitionOffset("", Partition.Any, Offset.Unset);
            _failedReads.Add(place, ClientLog.Clean(e.Error, _redaction));
            return null;
        }
    }

    /// <summary>Throws what the client has reported and cannot recover from, if there is such.</summary>
    /// <exception cref="KafkaException">There is.</exception>
    public void ThrowIfFatal()
    {
        if (_fatal is { } fatal) throw new KafkaException(fatal);
    }

    /// <summary>Pauses all partitions that are assigned, and throws away what was fetched of them.</summary>
    public void Pause()
    {
        List<TopicPartition> assignment = _consumer.Assignment;
        _consumer.Pause(assignment);
        Counts.PausedAre(assignment.Count);
    }

    /// <summary>Ends a pause.</summary>
    public void Resume()
    {
        _consumer.Resume(_consumer.Assignment);
        Counts.PausedAre(0);
    }

    /// <summary>Commits watermarks.</summary>
    /// <param name="watermarks">At least one, each of another partition.</param>
    /// <param name="committed">Told of each that the broker took.</param>
    /// <returns>False when some were not taken.</returns>
    /// <exception cref="KafkaException">A fatal error.</exception>
    public bool Commit(IReadOnlyList<PartitionWatermark> watermarks, Action<PartitionWatermark> committed)
    {
        Error? error = OffsetCommit.Try(_consumer, watermarks, committed);
        Counts.Committed(whole: error is null);
        if (error is null) Warnings.Committed();
        else Warnings.AddCommit(ClientLog.Clean(error, _redaction));
        return error is null;
    }

    /// <summary>
    /// The offset up to which <see cref="Consume"/> has gone through each partition: beyond its last record where markers of transactions
    /// or aborted data followed, which librdkafka passes over in the order of the log. None of a partition that is not read yet.
    /// </summary>
    public IEnumerable<(SourcePartition Partition, long Next)> Positions()
    {
        foreach (TopicPartition partition in _consumer.Assignment)
            if (LagReader.PositionOf(partition, _consumer) is { } next) yield return (Of(partition), next);
    }

    /// <summary>Looks where the client stands, for <see cref="LagSample"/>.</summary>
    public void SampleLag() => _lag = LagReader.Read(_consumer, _time.GetElapsedTime(0));

    /// <summary>Leaves the group at once instead of by its session's time-out.</summary>
    public void Close()
    {
        _consumer.Close();
        _isOpen = false;
    }

    /// <summary>
    /// Frees the client, unless the reading thread still uses it because a broker kept it beyond the time for stopping: the process is
    /// about to end then.
    /// </summary>
    public void Dispose()
    {
        if (!_isOpen) _consumer.Dispose();
    }

    // A producer may write any 64-bit number as its time; microseconds in place of milliseconds lie beyond the year 9999.
    internal static DateTimeOffset? TimeOf(Timestamp timestamp) =>
        timestamp.Type != TimestampType.NotAvailable && timestamp.UnixTimestampMs is >= EarliestMs and <= LatestMs
            ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs) : null;

    private static InboundRecord Of(ConsumeResult<byte[]?, byte[]?> result) => new(Of(result.TopicPartition), result.Offset.Value,
        result.Message.Key, result.Message.Value, Of(result.Message.Headers), TimeOf(result.Message.Timestamp));

    private static RecordHeader[] Of(Headers? headers)
    {
        if (headers is not { Count: > 0 }) return [];
        RecordHeader[] ours = new RecordHeader[headers.Count];
        for (int i = 0; i < ours.Length; i++) ours[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        return ours;
    }

    private static SourcePartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private void OnAssigned(SourcePartition[] partitions)
    {
        _assigned!(partitions);
        Counts.PartitionsAssigned(partitions.Length);
        Log.PartitionsAssigned(_logger, string.Join(' ', partitions));
    }

    private void OnRevoked(SourcePartition[] partitions)
    {
        Counts.PartitionsRevoked(partitions.Length);
        Log.PartitionsRevoked(_logger, string.Join(' ', partitions));
        _revoked!(partitions);
    }

    private void OnLost(SourcePartition[] partitions)
    {
        _lost!(partitions);
        Counts.PartitionsLost(partitions.Length);
        Log.PartitionsLost(_logger, string.Join(' ', partitions));
    }

    private void OnError(Error error)
    {
        if (error.IsFatal || IsRefusal(error.Code)) _fatal = error;
        Warnings.Add(error);
    }

    private static bool IsRefusal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;
}
