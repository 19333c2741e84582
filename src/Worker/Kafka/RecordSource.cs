using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>The one owner of the consumer: what comes out of it is ours.</summary>
/// <remarks>The only caller of Consume, Pause, Resume and Commit. All on one thread, the reading one, but for <see cref="Handle"/>,
/// <see cref="Warnings"/>, <see cref="LagSample"/>, <see cref="FailedReads"/>, <see cref="AskForRebuild"/> and <see cref="Dispose"/>;
/// rebalance callbacks come on it too, from inside <see cref="Consume"/> and <see cref="Close"/>.</remarks>
internal sealed class RecordSource : IDisposable
{
    private readonly KafkaOptions _options;
    private readonly Redaction _redaction;
    private readonly ILogger<RecordSource> _logger;
    private readonly MetricsOptions _metrics;
    private IConsumer<byte[]?, byte[]?> _consumer;
    private readonly StartPositions _positions;
    private readonly SkippedOffsets _skips;
    private readonly UnplacedPartitions _unplaced;
    private readonly SentBack _sentBack;
    private readonly AssignorWait _assignor;
    private readonly RepeatedWarning _refusals;
    private volatile bool _waitsForPlaces;
    private Action<IReadOnlyList<AssignedPartition>>? _assigned;
    private Action<IReadOnlyList<SourcePartition>>? _revoked, _lost;
    private Action<SourcePartition, long>? _passed;
    private volatile Error? _fatal;
    private volatile LagSample? _lag;
    private volatile bool _isOpen, _rebuild;

    public RecordSource(KafkaOptions options, MetricsOptions metrics, FaultsOptions faults, StartPositions positions, SkippedOffsets skips,
        Redaction redaction, TimeProvider time, ILogger<RecordSource> logger)
    {
        (_options, _metrics, _positions, _skips) = (options, metrics, positions, skips);
        (_redaction, _logger) = (redaction, logger);
        _refusals = new RepeatedWarning(time, ClientWarnings.Quiet);
        Warnings = new ClientWarnings("consumer", time, logger);
        Statistics = new ClientStatistics(time);
        FailedReads = new FailedReads(faults.StallAfter, time, logger);
        (_unplaced, _sentBack) = (new UnplacedPartitions(positions, skips, time), new SentBack(FailedReads));
        _assignor = new AssignorWait(options, FailedReads, time, logger);
        _consumer = Build();
    }

    /// <summary>The client's handle, for metadata requests beside it.</summary>
    public Handle Handle => _consumer.Handle;

    /// <summary>The group's member as it is now: its offsets can be sent in a transaction. On the reading thread.</summary>
    public IConsumerGroupMetadata Member => _consumer.ConsumerGroupMetadata;

    /// <summary>What the client reports.</summary>
    public ClientWarnings Warnings { get; }

    /// <summary>What the client counts.</summary>
    public ClientStatistics Statistics { get; }

    /// <summary>What has happened to the group's member.</summary>
    public ConsumerCounts Counts { get; } = new();

    /// <summary>Where the worker stands: what <see cref="LagReader"/> read last; null while nothing is known.</summary>
    public LagSample? LagSample { get => _lag; set => _lag = value; }

    /// <summary>The partitions whose last read failed, with what, and what the client says of its group. For any thread.</summary>
    public FailedReads FailedReads { get; }

    /// <summary>Whether nothing is read, since the group does not take yet where reading begins (event 220). Set by the reading thread, for
    /// any to read.</summary>
    public bool WaitsForPlaces
    {
        get => _waitsForPlaces;
        set => _waitsForPlaces = value;
    }

    /// <summary>Joins the group of the configured topics.</summary>
    /// <param name="assigned">Told of partitions that are about to be assigned, with their places; they come unpaused.</param>
    /// <param name="revoked">Told of partitions that are about to be taken away: the last moment to commit of them.</param>
    /// <param name="lost">Told of partitions that another member may own by now: nothing may be committed of them.</param>
    /// <param name="passed">Told of a partition that is read to its end: the offset before which nothing is left to read under this
    /// assignment, behind markers of transactions and aborted data.</param>
    public void Open(Action<IReadOnlyList<AssignedPartition>> assigned, Action<IReadOnlyList<SourcePartition>> revoked,
        Action<IReadOnlyList<SourcePartition>> lost, Action<SourcePartition, long> passed)
    {
        (_assigned, _revoked, _lost, _passed, _isOpen) = (assigned, revoked, lost, passed, true);
        _consumer.Subscribe(_options.InputTopics);
    }

    /// <summary>Waits, but not longer than <paramref name="timeout"/>, for the next record; null when none came, or when it could not be
    /// read and the client tries again.</summary>
    /// <exception cref="KafkaException">The client met an error that it cannot recover from, or may not read a topic.</exception>
    /// <exception cref="ClusterException">A partition has no place, and <c>auto.offset.reset</c> is <c>error</c>; or the group did not take
    /// this worker within the time of a start.</exception>
    /// <exception cref="UnreadableBatchException">A batch cannot be read, however often: its partition is to be left where it is.
    /// </exception>
    public InboundRecord? Consume(TimeSpan timeout)
    {
        try
        {
            if (_consumer.Consume(timeout) is not { } result) return null;
            if (_sentBack.IsFromElsewhere(_consumer, result)) return null;
            if (result.IsPartitionEOF)
            {
                _passed!(Of(result.TopicPartition), result.Offset.Value);
                return null;
            }

            FailedReads.Read(result.TopicPartition);
            return ConsumedRecords.Of(result);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && !IsRefusal(e.Error.Code))
        {
            // What is of the group has no topic.
            TopicPartitionOffset place = e.ConsumerRecord is { Topic: not null } record ? record.TopicPartitionOffset
                : new($"as group {_options.GroupId}", Partition.Any, Offset.Unset);
            if (e.Error.Code == ErrorCode.InconsistentGroupProtocol) _assignor.Refused(ClientLog.Clean(e.Error, _redaction));
            else if (OffsetResets.IsWanted(e.Error.Code)) _unplaced.Add(Of(place.TopicPartition));
            else _sentBack.Failed(_consumer, place, ClientLog.Clean(e.Error, _redaction));
            return null;
        }
    }

    /// <summary>Finds places for partitions that the client has none for, if there are such: once a second, until it has.</summary>
    /// <exception cref="ClusterException">A partition has no place, and <c>auto.offset.reset</c> is <c>error</c>.</exception>
    public void Place()
    {
        StartPosition[] found = _unplaced.Find(() => _consumer.Assignment.Select(Of));
        if (found.Length == 0) return;
        try
        {
            _consumer.IncrementalUnassign(found.Select(start => start.ToAssign.TopicPartition));
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_State)
        {
            // An eager group takes no change of one partition: all are given back, and come again, with the place as the committed one.
            // Until the group takes that, this is tried again.
            PartitionWatermark[] places = [.. found.Where(start => !start.IsCommitted)
                .Select(start => new PartitionWatermark(start.Partition, 0, start.ToAssign.Offset.Value, 0))];
            if (places.Length > 0 && OffsetCommit.Try(_consumer.Commit, places, _ => { }, _ => { }) is not null) return;
            TellFound(found);
            _unplaced.Clear();
            _consumer.Unsubscribe();
            _consumer.Subscribe(_options.InputTopics);
            return;
        }

        TellFound(found);
        _unplaced.Forget(found.Select(start => start.Partition));
        Begin(found);
        _consumer.IncrementalAssign(found.Select(start => start.ToAssign));
    }

    private void TellFound(StartPosition[] found)
    {
        foreach (StartPosition start in found) Log.PositionFound(_logger, start.Partition.Topic, start.Partition.Partition,
            start.ToAssign.Offset.Value);
    }

    /// <summary>Has the client made anew by the next <see cref="Rebuild"/>. From any thread.</summary>
    public void AskForRebuild() => _rebuild = true;

    /// <summary>Makes the client anew, if somebody asked for it: what is done is committed, and the partitions are given back and come
    /// again. What is in flight is done twice.</summary>
    public void Rebuild()
    {
        if (!_rebuild) return;
        _rebuild = false;
        _consumer.Close();
        _consumer.Dispose();
        _unplaced.Clear();
        _consumer = Build();
        _consumer.Subscribe(_options.InputTopics);
        Counts.ClientRebuilt();
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
    /// <param name="refused">Told of each whose topic the brokers do not know (any more): it must not hold back the others.</param>
    /// <returns>False when some were not taken for another reason.</returns>
    /// <exception cref="KafkaException">A fatal error.</exception>
    public bool Commit(IReadOnlyList<PartitionWatermark> watermarks, Action<PartitionWatermark> committed,
        Action<PartitionWatermark> refused)
    {
        List<PartitionWatermark> gone = [];
        Error? error = OffsetCommit.Try(_consumer.Commit, watermarks, committed, gone.Add);
        gone.ForEach(refused);
        if (gone.Count > 0 && _refusals.ShouldLog(out long suppressed))
            Log.CommitRefused(_logger, string.Join(' ', gone.Select(watermark => watermark.Partition)), suppressed);
        Counts.Committed(whole: error is null && gone.Count == 0);
        if (error is not null) Warnings.AddCommit(ClientLog.Clean(error, _redaction));
        else if (gone.Count == 0) Warnings.Committed();
        return error is null;
    }

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

    private IConsumer<byte[]?, byte[]?> Build()
    {
        ConsumerConfig settings = ClientSettings.Consumer(_options, _metrics.IsOn);
        ConsumerBuilder<byte[]?, byte[]?> builder = new ConsumerBuilder<byte[]?, byte[]?>(settings)
            .SetStatisticsHandler((_, json) => Statistics.Take(json))
            .SetErrorHandler((_, error) => OnError(ClientLog.Clean(error, _redaction)))
            .SetLogHandler((_, message) => ClientLog.Write(_logger, message, _redaction, Warnings))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned([.. partitions.Select(Of)]).Select(start => start.ToAssign))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked([.. partitions.Select(p => Of(p.TopicPartition))]))
            .SetPartitionsLostHandler((_, partitions) => OnLost([.. partitions.Select(p => Of(p.TopicPartition))]));
        return ClientSettings.Build(builder.Build, "consumer", _redaction);
    }

    private static SourcePartition Of(TopicPartition partition) => ConsumedRecords.Of(partition);

    private IReadOnlyList<StartPosition> OnAssigned(SourcePartition[] partitions)
    {
        _assignor.Joined();
        IReadOnlyList<StartPosition> starts = _skips.Apply(_positions.Find(partitions), StartPositions.Bound);
        Begin(starts);
        Counts.PartitionsAssigned(partitions.Length);
        Log.PartitionsAssigned(_logger, string.Join(' ', partitions));
        return starts;
    }

    private void Begin(IReadOnlyList<StartPosition> starts)
    {
        _sentBack.Begin(starts);
        _assigned!([.. starts.Select(start => start.Assigned)]);
    }

    private void OnRevoked(SourcePartition[] partitions)
    {
        Counts.PartitionsRevoked(partitions.Length);
        Log.PartitionsRevoked(_logger, string.Join(' ', partitions));
        Forget(partitions);
        _revoked!(partitions);
    }

    private void OnLost(SourcePartition[] partitions)
    {
        Forget(partitions);
        _lost!(partitions);
        Counts.PartitionsLost(partitions.Length);
        Log.PartitionsLost(_logger, string.Join(' ', partitions));
    }

    private void Forget(SourcePartition[] partitions)
    {
        _unplaced.Forget(partitions);
        _sentBack.Forget(partitions);
        FailedReads.Forget(partitions);
    }

    private void OnError(Error error)
    {
        if (error.IsFatal || IsRefusal(error.Code)) _fatal = error;
        Warnings.Add(error);
    }

    private static bool IsRefusal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;
}
