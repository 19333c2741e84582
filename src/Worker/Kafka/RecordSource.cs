using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Machine;
using Sluice.Worker.Configuration;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>Step 1 and the last one: reads records, and commits the offsets of what was delivered.</summary>
/// <remarks>
/// <para>The only caller of Consume, Pause, Resume and Commit, all on the thread that calls <see cref="Run"/>; rebalance callbacks come on
/// it too, from inside Consume.</para>
/// <para>At a bound of <see cref="Admission"/> it first just waits: the client goes on to heartbeat, and what it has fetched ahead stays.
/// Only after <see cref="PipelineOptions.PauseAfter"/>
/// does it pause its partitions (which throws the fetched records away, to be fetched again) and poll on, so that rebalances are answered
/// and the group does not take it for dead.</para>
/// </remarks>
internal sealed class RecordSource : IDisposable
{
    private const long EarliestMs = -62_135_596_800_000; // the year 1
    private const long LatestMs = 253_402_300_799_999; // the year 9999

    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PausedPollTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastCommitTime = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly TimeSpan _pauseAfter;
    private readonly int _mostSettled;
    private readonly int _mostUncommitted;
    private readonly OffsetTracker _tracker;
    private readonly Admission _load;
    private readonly RecordQueue _records;
    private readonly PipelineProgress _progress;
    private readonly TimeProvider _time;
    private readonly Redaction _redaction;
    private readonly ILogger<RecordSource> _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly OffsetCommitter _committer;

    private volatile Phase _phase = Phase.Reading;
    private volatile Error? _fatal;
    private volatile LagSample? _standing;
    private volatile bool _committedAll;
    private volatile bool _running;
    private bool _commitFailed;
    private bool _paused;
    private bool _assignedUnpaused;
    private long _lastCommit;
    private long? _fullSince;

    public RecordSource(
        KafkaOptions options, PipelineOptions pipeline, OffsetTracker tracker, Admission load, RecordQueue records,
        PipelineProgress progress, Redaction redaction, TimeProvider time, ILogger<RecordSource> logger)
    {
        (_options, _pauseAfter, _tracker, _load, _records, _progress) = (options, pipeline.PauseAfter, tracker, load, records, progress);
        (_redaction, _time, _logger) = (redaction, time, logger);
        Warnings = new ClientWarnings("consumer", time, logger);
        // Fast documents are done by the ten thousand within one commit interval: a crash would repeat all of them.
        _mostSettled = pipeline.MaxDocumentsInFlight;
        // One document that is stuck holds back the commit of all behind it, though they are delivered and no load any more.
        _mostUncommitted = 2 * pipeline.MaxDocumentsInFlight;
        ConsumerBuilder<byte[]?, byte[]?> builder = new ConsumerBuilder<byte[]?, byte[]?>(ClientSettings.Consumer(options))
            .SetErrorHandler((_, error) => OnError(ClientLog.Clean(error, redaction)))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message, redaction))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions));
        _consumer = ClientSettings.Build(builder.Build, "consumer", redaction);
        _committer = new OffsetCommitter(_consumer, tracker, progress, Warnings, redaction);
    }

    private enum Phase
    {
        Reading,
        Draining,
        Closing,
    }

    /// <summary>The client's handle, for metadata requests beside it.</summary>
    public Handle Handle => _consumer.Handle;

    /// <summary>What the client reports.</summary>
    public ClientWarnings Warnings { get; }

    /// <summary>Where the client stood at the last commit; null before the first.</summary>
    public LagSample? LagSample => _standing;

    /// <summary>Reads until <see cref="Close"/>; then commits, leaves the group and returns.</summary>
    /// <exception cref="KafkaException">The client met an error that it cannot recover from, or may not read a topic.</exception>
    public void Run()
    {
        _running = true;
        _lastCommit = _time.GetTimestamp();
        try
        {
            _consumer.Subscribe(_options.InputTopics);
            while (_phase != Phase.Closing) Step();
            CommitLast();
        }
        finally
        {
            _records.Abandon();
            _consumer.Close(); // commits what it still may, and leaves the group at once instead of by its session's time-out
            _running = false;
        }
    }

    /// <summary>Stops handing over records. Polling goes on, so that the group waits for nobody; commits go on too.</summary>
    public void Drain() => Enter(Phase.Draining);

    /// <summary>Ends <see cref="Run"/> after a last commit.</summary>
    public void Close() => Enter(Phase.Closing);

    /// <summary>
    /// True once <see cref="Run"/> has ended and its last commit took every watermark. It fails in the middle of a rebalance, or without a
    /// broker.
    /// </summary>
    public bool CommittedAll => _committedAll;

    /// <summary>
    /// Frees the client, unless <see cref="Run"/> still uses it because a broker kept it beyond the time for stopping: the process is about
    /// to end then.
    /// </summary>
    public void Dispose()
    {
        if (!_running) _consumer.Dispose();
    }

    private void Enter(Phase phase)
    {
        _phase = phase;
        _load.Wake();
    }

    private void Step()
    {
        if (_fatal is { } fatal) throw new KafkaException(fatal);
        long cpu = ThreadCpuClock.Now();
        if (CommitIsDue())
        {
            _commitFailed = !_committer.Commit();
            _lastCommit = _time.GetTimestamp();
            _standing = LagSample.Of(_consumer);
            cpu = _progress.Charge(PipelineStep.Commit, cpu);
        }

        if (MayPoll() && Consume(_paused ? PausedPollTime : PollTime) is { } result) HandOver(result);
        _progress.Charge(PipelineStep.Consume, cpu);
    }

    // At the bound on what is uncommitted a commit makes room; a pause would throw away what the client has fetched, and cost half a second
    // of standing still.
    private bool CommitIsDue()
    {
        if (_time.GetElapsedTime(_lastCommit) >= _options.CommitInterval) return true;
        long settled = _tracker.Settled;
        return !_commitFailed && settled > 0 && (settled >= _mostSettled || (!_paused && _tracker.Uncommitted >= _mostUncommitted));
    }

    /// <summary>
    /// Commits what is still to be. While a rebalance is going on the group takes no commit, so polling goes on until it does.
    /// </summary>
    private void CommitLast()
    {
        long began = _time.GetTimestamp();
        while (!(_committedAll = _committer.Commit()) && _time.GetElapsedTime(began) < LastCommitTime) Consume(PausedPollTime);
    }

    /// <summary>
    /// Sees to it that partitions are paused exactly when they should be. False when this turn was spent waiting for room.
    /// </summary>
    private bool MayPoll()
    {
        if (_phase != Phase.Reading)
        {
            _records.Complete();
            if (!_paused || _assignedUnpaused) Pause();
        }
        else if (_paused)
        {
            if (_load.HasRoomToResume && _tracker.Uncommitted <= _mostUncommitted / 2) Resume();
            else if (_assignedUnpaused) Pause();
        }
        else if (_tracker.Uncommitted >= _mostUncommitted)
        {
            Log.ReadingAhead(_logger, _mostUncommitted);
            Pause();
        }
        else if (!_load.HasRoom)
        {
            _fullSince ??= _time.GetTimestamp();
            TimeSpan left = _pauseAfter - _time.GetElapsedTime(_fullSince.Value);
            if (left > TimeSpan.Zero)
            {
                if (!_load.WaitForRoom(left < _options.CommitInterval ? left : _options.CommitInterval)) return false;
                _fullSince = null; // reading goes on: the next standstill counts from its own beginning
                return true;
            }

            Log.ReadingPaused(_logger, _load.Documents, _load.Tokens, _load.Bytes);
            Pause();
        }
        else
        {
            _fullSince = null;
        }

        return true;
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan timeout)
    {
        try
        {
            return _consumer.Consume(timeout);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && !IsRefusal(e.Error.Code))
        {
            Log.ReadFailed(_logger, e.ConsumerRecord?.Topic ?? "", e.Error.Code.ToString(), ClientLog.Clean(e.Error, _redaction).Reason);
            return null;
        }
    }

    private void HandOver(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (_phase != Phase.Reading) return; // read after the stop: it was not begun, so its offset is not committed either
        if (result.Topic == _options.OutputTopic || result.Topic == _options.DeadLetterTopic)
            throw new ClusterException($"A record of '{result.Topic}', which the worker itself writes, was read: a pattern in Sluice:Kafka:InputTopics matches it. Make the pattern narrower.");
        Message<byte[]?, byte[]?> message = result.Message;
        SourceOffset source = _tracker.Begin(new SourcePartition(result.Topic, result.Partition.Value), result.Offset.Value);
        DateTimeOffset? timestamp = TimeOf(message.Timestamp);
        long retainedBytes = SourceRecord.SizeOf(message.Key, message.Headers);
        SourceRecord record = new(source, message.Key, message.Value, message.Headers, timestamp,
            _load.Enter(message.Value?.Length ?? 0, retainedBytes), retainedBytes);
        _progress.Consumed();
        // The queue holds as many as the load admits; only records of partitions that were assigned during a pause can find it full.
        while (!_records.TryAdd(record))
        {
            if (_phase == Phase.Reading)
            {
                _load.WaitForRoom(PollTime);
                continue;
            }

            _load.Leave(record.ReservedBytes,
                record.ReservedTokens); // its offset was begun and is not completed: it is read again after the stop
            _progress.Dropped();
            return;
        }
    }

    // A producer may write any 64-bit number as its time; microseconds in place of milliseconds lie beyond the year 9999.
    internal static DateTimeOffset? TimeOf(Timestamp timestamp) =>
        timestamp.Type != TimestampType.NotAvailable && timestamp.UnixTimestampMs is >= EarliestMs and <= LatestMs
            ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs) : null;

    private void Pause()
    {
        _consumer.Pause(_consumer.Assignment);
        (_paused, _assignedUnpaused) = (true, false);
    }

    private void Resume()
    {
        Log.ReadingResumed(_logger);
        _consumer.Resume(_consumer.Assignment);
        (_paused, _fullSince) = (false, null);
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions) _tracker.Open(Of(partition));
        // New partitions come unpaused, and they are assigned only after this callback: the next turn pauses them too, if the others are.
        _assignedUnpaused = true;
        Log.PartitionsAssigned(_logger, string.Join(' ', partitions.Select(Of)));
    }

    private void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        List<PartitionWatermark> watermarks = [];
        foreach (TopicPartitionOffset partition in partitions)
            if (_tracker.Close(Of(partition.TopicPartition)) is { } watermark) watermarks.Add(watermark);
        Log.PartitionsRevoked(_logger, string.Join(' ', partitions.Select(p => Of(p.TopicPartition))));
        _committer.Commit(watermarks);
    }

    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        // Another member may own them by now: a commit would move its offsets.
        foreach (TopicPartitionOffset partition in partitions) _tracker.Close(Of(partition.TopicPartition));
        Log.PartitionsLost(_logger, string.Join(' ', partitions.Select(p => Of(p.TopicPartition))));
    }

    private void OnError(Error error)
    {
        if (error.IsFatal || IsRefusal(error.Code)) _fatal = error;
        Warnings.Add(error);
    }

    private static bool IsRefusal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;

    private static SourcePartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);
}
