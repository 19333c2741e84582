using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>Sends what is made of records in transactions, each with the offsets of exactly the records that it holds: so each is delivered
/// once, to readers under <c>read_committed</c>.</summary>
/// <remarks>
/// <para>What is made of a record waits until all before it in its partition is ready, since an offset says that everything before it is
/// done. A transaction takes what is ready by then, from whatever batches it came, in the order of offsets; so labels of one key are in
/// order too.</para>
/// <para>After an abort the same is sent again, from memory. After a commit without an answer the group's offsets tell whether it
/// took place: they are part of it. Of a partition that is ours under the same epoch nobody else moves them.</para>
/// <para>A topic that refuses one record aborts its transaction: halves find it, and it becomes a dead-letter record.</para>
/// <para><see cref="Send"/> and <see cref="Reject"/> are thread-safe; the rest is the reading thread's.</para>
/// </remarks>
/// <param name="run">Begins a transaction or goes on with it (<c>Kafka/TransactionalSink</c>).</param>
/// <param name="committed">The group's committed offsets, or null without an answer.</param>
/// <param name="refused">Makes the next form of what a topic refuses.</param>
/// <param name="brake">Is over with the first label that is ready.</param>
/// <param name="rejections">The way of dead-letter records past the brake.</param>
/// <param name="records">What is in flight.</param>
/// <param name="delivered">Finishes the record of what was delivered.</param>
/// <param name="options">How often.</param>
/// <param name="failure">Told of what cannot be delivered for good.</param>
/// <param name="time">Of pauses after an abort.</param>
/// <param name="logger">Is told of aborts.</param>
internal sealed class ExactlyOnce(Func<TransactionContent, TimeSpan, TransactionOutcome> run,
    Func<IReadOnlyList<SourcePartition>, IReadOnlyDictionary<SourcePartition, long>?> committed, RefusedRecords refused,
    RejectionBrake brake, BrakedRejections rejections, InFlightRecords records, DeliveredShipments delivered, DeliveryOptions options,
    PipelineFailure failure, TimeProvider time, ILogger<ExactlyOnce> logger) : IDelivery
{
    private static readonly TimeSpan RevokedBound = TimeSpan.FromSeconds(5), ShortestPause = TimeSpan.FromMilliseconds(50),
        LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ReadyShipments _ready = new(); // under the gate
    private readonly List<PartitionWatermark> _watermarks = [];
    private readonly RepeatedWarning _aborts = new(time, TimeSpan.FromSeconds(30));
    private Running? _running;
    private int _most = int.MaxValue; // records of one transaction: fewer while a refused one is looked for
    private bool _isUnknown; // it ended, and is not known how
    private long _pausedAt;
    private TimeSpan _pause;

    /// <inheritdoc/>
    public TimeSpan Interval => options.TransactionInterval;

    /// <inheritdoc/>
    public bool IsCommitting => _running is not null;

    /// <inheritdoc/>
    public bool HasFailed => !IsCommitting && time.GetElapsedTime(_pausedAt) < _pause;

    /// <inheritdoc/>
    public void Send(Shipment shipment)
    {
        bool isCurrent;
        lock (_gate)
        {
            isCurrent = records.TryTake(shipment.Envelope);
            // It is there before the watermark passes it.
            if (isCurrent)
            {
                _ready.Add(shipment);
                records.Ready(shipment.Envelope, shipment.Outcome);
            }
        }

        if (!isCurrent) records.Finish(shipment.Envelope, RecordOutcome.Dropped);
        // Not its delivery as elsewhere: no label goes past a rejected document of its partition that is held.
        else if (shipment.Outcome == RecordOutcome.Labelled) brake.Labelled();
    }

    /// <inheritdoc/>
    public void Reject(Shipment rejected) => rejections.Send(rejected, Send);

    /// <inheritdoc/>
    public Task RunHeldAsync(CancellationToken stop) => rejections.RunHeldAsync(Send, stop);

    /// <inheritdoc/>
    public Task RunRefusedAsync(CancellationToken stop) => Task.CompletedTask; // they go with the next transactions

    /// <inheritdoc/>
    public bool Commit() => Commit(TimeSpan.Zero);

    /// <inheritdoc/>
    public void CommitRevoked(IReadOnlyList<SourcePartition> partitions, TimeSpan finish)
    {
        records.FinishFronts(partitions, finish);
        long began = time.GetTimestamp();
        while (!Commit(RevokedBound - time.GetElapsedTime(began)) && !HasFailed && time.GetElapsedTime(began) < RevokedBound)
        {
            // The next one has what was ready too late for the last.
        }

        Lose(partitions);
    }

    /// <inheritdoc/>
    public void Lose(IReadOnlyList<SourcePartition> partitions)
    {
        foreach (SourcePartition partition in partitions) records.Close(partition);
        List<Shipment> gone;
        lock (_gate) gone = _ready.TakeGone(records.IsCurrent);
        foreach (Shipment shipment in gone) records.Finish(shipment.Envelope, RecordOutcome.Dropped);
    }

    private bool Commit(TimeSpan atMost)
    {
        if (_running is null)
        {
            if (HasFailed) return false;
            if (Next() is not { } next) return true;
            _running = next;
        }

        TransactionOutcome outcome = _isUnknown ? AskTheGroup(_running) : run(_running.Content, atMost);
        switch (outcome.State)
        {
            case TransactionState.Committed:
                Committed(_running);
                return !HasMore(); // what came meanwhile was not in it
            case TransactionState.Aborted:
                Aborted(_running, outcome.Why!);
                return false;
            case TransactionState.Unknown:
                _isUnknown = true;
                return false;
            default:
                return false;
        }
    }

    private bool HasMore()
    {
        _watermarks.Clear();
        records.AddUncommitted(_watermarks);
        return _watermarks.Count > 0;
    }

    private Running? Next()
    {
        List<Shipment> taken = [];
        List<PartitionWatermark> offsets;
        lock (_gate)
        {
            _watermarks.Clear();
            records.AddUncommitted(_watermarks);
            offsets = _ready.Take(_watermarks, _most, taken);
        }

        List<Shipment> shipments = [];
        foreach (Shipment shipment in taken)
        {
            if (records.IsCurrent(shipment.Envelope)) shipments.Add(shipment);
            else records.Finish(shipment.Envelope, RecordOutcome.Dropped); // of an epoch that ended while it was made
        }

        return offsets.Count == 0 ? null
            : new Running(shipments, new TransactionContent([.. shipments.Select(shipment => shipment.Record)], offsets));
    }

    private void Committed(Running running)
    {
        foreach (Shipment shipment in running.Shipments) delivered.Add(shipment);
        foreach (PartitionWatermark offset in running.Content.Offsets) records.MarkCommitted(offset);
        if (_most < int.MaxValue / 2) _most *= 2;
        (_running, _isUnknown, _pause) = (null, false, TimeSpan.Zero);
        if (_aborts.TryEnd(out _)) Log.TransactionsGoOn(logger);
    }

    private void Aborted(Running running, SendFailure why)
    {
        (_running, _isUnknown) = (null, false);
        if (!why.IsOfOneRecord || running.Shipments.Count == 0)
        {
            PutBack(running.Shipments);
            if (why.IsForGood && running.Shipments.Count > 0)
            {
                Shipment first = running.Shipments[0];
                failure.Report("publish", new DeliveryException(first.Envelope.Source, first.Record.Topic, why));
            }

            TimeSpan longer = _pause == TimeSpan.Zero ? ShortestPause : 2 * _pause;
            (_pausedAt, _pause) = (time.GetTimestamp(), longer < LongestPause ? longer : LongestPause);
            if (_aborts.ShouldLog(out long suppressed)) Log.TransactionAborted(logger, running.Shipments.Count, why.Reason, suppressed);
        }
        else if (running.Shipments.Count > 1)
        {
            PutBack(running.Shipments);
            _most = running.Shipments.Count / 2;
        }
        else
        {
            Refused(running.Shipments[0], why);
        }
    }

    private void Refused(Shipment shipment, SendFailure why)
    {
        Shipment alone = shipment with { Record = shipment.Record with { Alone = true } };
        if (refused.NextForm(alone, why) is not { } next)
        {
            PutBack([shipment]);
            failure.Report("publish", new DeliveryException(shipment.Envelope.Source, shipment.Record.Topic, why));
        }
        else
        {
            if (shipment.Why is null && next.Why is not null) rejections.Tell(next);
            PutBack([next]); // its offset is ready, so no brake can hold it
        }
    }

    private TransactionOutcome AskTheGroup(Running running)
    {
        PartitionWatermark[] ours = [.. running.Content.Offsets.Where(offset => records.IsCurrent(offset))];
        if (ours.Length == 0) return new TransactionOutcome(TransactionState.Aborted, SendFailure.NotCommitted); // it is another's by now
        return committed([.. ours.Select(offset => offset.Partition)]) is not { } found ? new TransactionOutcome(TransactionState.Running)
            : found.GetValueOrDefault(ours[0].Partition, -1) == ours[0].Next ? new TransactionOutcome(TransactionState.Committed)
            : new TransactionOutcome(TransactionState.Aborted, SendFailure.NotCommitted);
    }

    private void PutBack(IReadOnlyList<Shipment> shipments)
    {
        lock (_gate)
        {
            foreach (Shipment shipment in shipments) _ready.Add(shipment);
        }

        Lose([]); // an epoch may have ended meanwhile
    }

    private sealed record Running(IReadOnlyList<Shipment> Shipments, TransactionContent Content);
}
