using Microsoft.Extensions.Logging;
using Sluice.Inference.Machine;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
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
internal sealed class ReadStep(RecordSource source, IDelivery delivery, InFlightRecords records, ParkedRecords parked,
    PipelineProgress progress, PipelineFailure failure, KafkaOptions kafka, PipelineOptions options, TimeProvider time,
    ILogger<ReadStep> logger)
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPollTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PausedPollTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PlaceRetryTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RevokedTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastCommitTime = TimeSpan.FromSeconds(5);

    // Fast documents are done by the ten thousand within one commit interval: a crash would repeat all of them, or they wait for their
    // transaction and leave no room.
    private readonly int _mostSettled = Math.Max(1, options.DocumentsInFlight / 2);

    // One document that is stuck holds back the commit of all behind it, though they are delivered and no load any more.
    private readonly int _mostUncommitted = 2 * options.DocumentsInFlight;

    // A place at the end of a log is found again only by its commit: without it the next start would skip what comes from now on.
    private readonly bool _placesMatter = OffsetResets.Of(kafka) == OffsetReset.Latest;

    // A reading of the thread's clock is a call into the system, and costs as much as half of what else is done for a record.
    private const int TurnsBetweenCharges = 64;

    private volatile Phase _phase = Phase.Reading;
    private volatile bool _committedAll;
    private bool _commitFailed;
    private bool _paused;
    private bool _assigned;
    private bool _newPlaces;
    private bool _leftOut;
    private long _lastCommit;
    private long? _fullSince;
    private long _cpu; // from this reading on nothing is charged yet
    private int _uncharged; // turns since then

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
        (_lastCommit, _cpu) = (time.GetTimestamp(), ThreadCpuClock.Now());
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
        if (_phase == Phase.Reading)
        {
            source.Rebuild();
            source.Place();
        }

        if (CommitIsDue())
        {
            Charge(PipelineStep.Consume);
            _newPlaces &= !delivery.Commit();
            _commitFailed = delivery.HasFailed;
            _lastCommit = time.GetTimestamp();
            Charge(PipelineStep.Commit);
        }

        if (MayPoll() && Next(PollFor()) is { } record)
        {
            HandOver(record);
            if (++_uncharged < TurnsBetweenCharges) return;
        }

        Charge(PipelineStep.Consume);
    }

    private void Charge(PipelineStep step) => (_cpu, _uncharged) = (progress.Charge(step, _cpu), 0);

    // A commit that is due soon is not to wait for a record.
    private TimeSpan PollFor()
    {
        if (_paused || delivery.IsCommitting) return PausedPollTime;
        if (records.Beyond > 0) return ShortestPollTime;
        TimeSpan due = delivery.Interval - time.GetElapsedTime(_lastCommit);
        return due >= PollTime ? PollTime : due > ShortestPollTime ? due : ShortestPollTime;
    }

    // At the bound on what is uncommitted a commit makes room; a pause would throw away what the client has fetched, and cost half a second
    // of standing still.
    private bool CommitIsDue()
    {
        if (delivery.IsCommitting) return true;
        TimeSpan passed = time.GetElapsedTime(_lastCommit);
        if (passed >= delivery.Interval || (_newPlaces && (!_commitFailed || (_placesMatter && passed >= PlaceRetryTime)))) return true;
        if (!_commitFailed && records.CommitPresses) return true;
        long settled = records.Settled;
        return !_commitFailed && settled > 0 && (settled >= _mostSettled || (!_paused && records.Uncommitted >= _mostUncommitted));
    }

    /// <summary>
    /// Commits what is still to be. While a rebalance is going on the group takes no commit, so polling goes on until it does.
    /// </summary>
    private void CommitLast()
    {
        long began = time.GetTimestamp();
        while (!(_committedAll = delivery.Commit()) && time.GetElapsedTime(began) < LastCommitTime)
            _leftOut |= Next(PausedPollTime) is not null;
    }

    /// <summary>The next record. Where one cannot be read, none is read any more, of any partition: what was read is finished and
    /// committed, and the worker ends.</summary>
    private InboundRecord? Next(TimeSpan timeout)
    {
        try
        {
            return source.Consume(timeout);
        }
        catch (UnreadableBatchException e)
        {
            if (_phase == Phase.Reading) Drain();
            _leftOut = true; // what the client says from now on of where partitions end is of no reading
            failure.End("read", e);
            return null;
        }
    }

    /// <summary>
    /// Sees to it that partitions are paused exactly when they should be. False when this turn was spent waiting for room.
    /// </summary>
    private bool MayPoll()
    {
        source.WaitsForPlaces = _newPlaces && _placesMatter;
        if (_assigned && !_paused)
        {
            // One that was lost while it was paused comes back paused, and nobody would ever read it.
            source.Resume();
            _assigned = false;
        }

        if (_phase != Phase.Reading)
        {
            if (!_paused || _assigned) Pause();
        }
        else if (source.WaitsForPlaces)
        {
            if (!_paused) Log.PlacesUncommitted(logger);
            if (!_paused || _assigned) Pause();
        }
        else if (_paused)
        {
            if (records.HasRoomToResume && records.Uncommitted <= _mostUncommitted / 2) Resume();
            else if (_assigned) Pause();
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
                if (!records.WaitForRoom(left < delivery.Interval ? left : delivery.Interval)) return false;
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
        (_paused, _assigned) = (true, false);
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
        // They are assigned only after this callback: the next turn has them paused or not, as the others are.
        _assigned = true;
    }

    private void OnRevoked(IReadOnlyList<SourcePartition> partitions)
    {
        delivery.CommitRevoked(partitions, _phase == Phase.Closing ? TimeSpan.Zero : RevokedTime);
        parked.DropGone();
    }

    // Once a record was left out, the end of what was read is beyond it.
    private void OnPassed(SourcePartition partition, long next)
    {
        if (!_leftOut) records.Advance(partition, next);
    }

    private void OnLost(IReadOnlyList<SourcePartition> partitions)
    {
        delivery.Lose(partitions); // another member may own them by now: a commit would move its offsets
        parked.DropGone();
    }
}
