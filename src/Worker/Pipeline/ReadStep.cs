using Microsoft.Extensions.Logging;
using Sluice.Inference.Machine;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>The read step: reads records, and commits the offsets of what was delivered.</summary>
/// <remarks>
/// <para>All of the consumer's work is done on the thread that calls <see cref="Run"/>, rebalance callbacks included.</para>
/// <para>At a bound of what may be in flight it first just waits: the client goes on to heartbeat, and what it has fetched ahead stays.
/// Only after <see cref="PipelineOptions.PauseAfter"/> does it pause its partitions (which throws the fetched records away, to be fetched
/// again) and poll on, so that rebalances are answered and the group does not take it for dead.</para>
/// </remarks>
internal sealed class ReadStep(RecordSource source, OffsetCommitter committer, InFlightRecords records, ParkedRecords parked,
    PipelineProgress progress, KafkaOptions kafka, PipelineOptions options, TimeProvider time, ILogger<ReadStep> logger)
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PausedPollTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PlaceRetryTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastCommitTime = TimeSpan.FromSeconds(5);

    // Fast documents are done by the ten thousand within one commit interval: a crash would repeat all of them.
    private readonly int _mostSettled = options.DocumentsInFlight;

    // One document that is stuck holds back the commit of all behind it, though they are delivered and no load any more.
    private readonly int _mostUncommitted = 2 * options.DocumentsInFlight;

    // A place at the end of a log is found again only by its commit: without it the next start would skip what comes from now on.
    private readonly bool _placesMatter = OffsetResets.Of(kafka) == OffsetReset.Latest;

    private volatile Phase _phase = Phase.Reading;
    private volatile bool _committedAll;
    private bool _commitFailed;
    private bool _paused;
    private bool _assignedUnpaused;
    private bool _newPlaces;
    private bool _leftOut;
    private long _lastCommit;
    private long? _fullSince;

    private enum Phase
    {
        Reading,
        Draining,
        Closing,
    }

    /// <summary>
    /// True once <see cref="Run"/> has ended and its last commit took every watermark. It fails in the middle of a rebalance, or without a
    /// broker.
    /// </summary>
    public bool CommittedAll => _committedAll;

    /// <summary>Reads until <see cref="Close"/>; then commits, leaves the group and returns.</summary>
    /// <remarks>Throws the client's exception when it met an error that it cannot recover from, or may not read a topic.</remarks>
    /// <exception cref="ClusterException">A topic that the worker itself writes is read.</exception>
    public void Run()
    {
        _lastCommit = time.GetTimestamp();
        try
        {
            source.Open(OnAssigned, OnRevoked, OnLost, OnPassed);
            while (_phase != Phase.Closing) Turn();
            CommitLast();
        }
        finally
        {
            records.Abandon();
            source.Close();
        }
    }

    /// <summary>Stops handing over records. Polling goes on, so that the group waits for nobody; commits go on too.</summary>
    public void Drain() => Enter(Phase.Draining);

    /// <summary>Ends <see cref="Run"/> after a last commit.</summary>
    public void Close() => Enter(Phase.Closing);

    private void Enter(Phase phase)
    {
        _phase = phase;
        records.Complete();
    }

    private void Turn()
    {
        source.ThrowIfFatal();
        if (_phase == Phase.Reading) source.Place();
        long cpu = ThreadCpuClock.Now();
        if (CommitIsDue())
        {
            _commitFailed = !committer.Commit();
            _newPlaces &= _commitFailed;
            _lastCommit = time.GetTimestamp();
            cpu = progress.Charge(PipelineStep.Commit, cpu);
        }

        if (MayPoll() && source.Consume(_paused ? PausedPollTime : PollTime) is { } record) HandOver(record);
        progress.Charge(PipelineStep.Consume, cpu);
    }

    // At the bound on what is uncommitted a commit makes room; a pause would throw away what the client has fetched, and cost half a second
    // of standing still.
    private bool CommitIsDue()
    {
        TimeSpan passed = time.GetElapsedTime(_lastCommit);
        if (passed >= kafka.CommitInterval || (_newPlaces && (!_commitFailed || (_placesMatter && passed >= PlaceRetryTime)))) return true;
        long settled = records.Settled;
        return !_commitFailed && settled > 0 && (settled >= _mostSettled || (!_paused && records.Uncommitted >= _mostUncommitted));
    }

    /// <summary>
    /// Commits what is still to be. While a rebalance is going on the group takes no commit, so polling goes on until it does.
    /// </summary>
    private void CommitLast()
    {
        long began = time.GetTimestamp();
        while (!(_committedAll = committer.Commit()) && time.GetElapsedTime(began) < LastCommitTime)
            _leftOut |= source.Consume(PausedPollTime) is not null;
    }

    /// <summary>
    /// Sees to it that partitions are paused exactly when they should be. False when this turn was spent waiting for room.
    /// </summary>
    private bool MayPoll()
    {
        source.WaitsForPlaces = _newPlaces && _placesMatter;
        if (_phase != Phase.Reading)
        {
            if (!_paused || _assignedUnpaused) Pause();
        }
        else if (source.WaitsForPlaces)
        {
            if (!_paused) Log.PlacesUncommitted(logger);
            if (!_paused || _assignedUnpaused) Pause();
        }
        else if (_paused)
        {
            if (records.HasRoomToResume && records.Uncommitted <= _mostUncommitted / 2) Resume();
            else if (_assignedUnpaused) Pause();
        }
        else if (records.Uncommitted >= _mostUncommitted)
        {
            Log.ReadingAhead(logger, _mostUncommitted);
            Pause();
        }
        else if (!records.HasRoom)
        {
            _fullSince ??= time.GetTimestamp();
            TimeSpan left = options.PauseAfter - time.GetElapsedTime(_fullSince.Value);
            if (left > TimeSpan.Zero)
            {
                if (!records.WaitForRoom(left < kafka.CommitInterval ? left : kafka.CommitInterval)) return false;
                _fullSince = null; // reading goes on: the next standstill counts from its own beginning
                return true;
            }

            Log.ReadingPaused(logger, records.Documents, records.Tokens, records.Bytes);
            Pause();
        }
        else
        {
            _fullSince = null;
        }

        return true;
    }

    private void HandOver(InboundRecord record)
    {
        if (_phase != Phase.Reading)
        {
            _leftOut = true; // read after the stop: it is not in flight, so its offset is not committed either
            return;
        }

        string topic = record.Partition.Topic;
        if (topic == kafka.OutputTopic || topic == kafka.DeadLetterTopic)
            throw new ClusterException($"A record of '{topic}', which the worker itself writes, was read: a pattern in "
                + "Sluice:Kafka:InputTopics matches it. Make the pattern narrower.");
        records.Enter(record);
    }

    private void Pause()
    {
        source.Pause();
        (_paused, _assignedUnpaused) = (true, false);
    }

    private void Resume()
    {
        Log.ReadingResumed(logger);
        source.Resume();
        (_paused, _fullSince) = (false, null);
    }

    private void OnAssigned(IReadOnlyList<AssignedPartition> partitions)
    {
        foreach (AssignedPartition partition in partitions) records.Open(partition);
        parked.DropGone(); // an epoch that still stood has ended
        // Where reading begins is committed before a record comes: a document that comes while the worker is down lies behind it.
        if (partitions.Any(partition => partition is { Next: not null, IsCommitted: false })) (_newPlaces, _commitFailed) = (true, false);
        // New partitions come unpaused, and they are assigned only after this callback: the next turn pauses them too, if the others are.
        _assignedUnpaused = true;
    }

    private void OnRevoked(IReadOnlyList<SourcePartition> partitions)
    {
        committer.CommitRevoked(partitions);
        parked.DropGone();
    }

    // Once a record was left out, the end of what was read is beyond it.
    private void OnPassed(SourcePartition partition, long next)
    {
        if (!_leftOut) records.Advance(partition, next);
    }

    private void OnLost(IReadOnlyList<SourcePartition> partitions)
    {
        // Another member may own them by now: a commit would move its offsets.
        foreach (SourcePartition partition in partitions) records.Close(partition);
        parked.DropGone();
    }
}
