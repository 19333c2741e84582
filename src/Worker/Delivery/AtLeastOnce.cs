using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>Sends what is made of records; only its delivery finishes a record, so that each is delivered at least once.</summary>
/// <param name="send">Sends in the background and tells the outcome once (<c>Kafka/RecordSink</c>).</param>
/// <param name="committer">Commits what is finished.</param>
/// <param name="refused">What becomes of what a topic refuses.</param>
/// <param name="rejections">The way of dead-letter records past the brake.</param>
/// <param name="records">What is in flight.</param>
/// <param name="delivered">Finishes the record of what was delivered.</param>
/// <param name="kafka">How often offsets are committed.</param>
/// <param name="failure">Told of a delivery that fails for good: it stops the worker, and nothing is ever committed because an error was
/// caught.</param>
/// <remarks>Sending is thread-safe; committing is the reading thread's.</remarks>
internal sealed class AtLeastOnce(Action<OutboundRecord, Action<SendFailure?>, CancellationToken> send, OffsetCommitter committer,
    RefusedRecords refused, BrakedRejections rejections, InFlightRecords records, DeliveredShipments delivered,
    KafkaOptions kafka, PipelineFailure failure) : IDelivery
{
    /// <inheritdoc/>
    public TimeSpan Interval => kafka.CommitInterval;

    /// <inheritdoc/>
    public bool IsCommitting => false;

    /// <inheritdoc/>
    public bool HasFailed { get; private set; }

    /// <inheritdoc/>
    public void Send(Shipment shipment)
    {
        if (!records.TryTake(shipment.Envelope))
        {
            records.Finish(shipment.Envelope, RecordOutcome.Dropped); // its next owner makes the same of it
            return;
        }

        send(shipment.Record, fault =>
        {
            if (fault is null) delivered.Add(shipment);
            else if (fault.IsOfOneRecord) refused.Add(shipment, fault);
            else Failed(shipment, fault);
        }, failure.Stop);
    }

    /// <inheritdoc/>
    public void Reject(Shipment rejected) => rejections.Send(rejected, Send);

    /// <inheritdoc/>
    public Task RunHeldAsync(CancellationToken stop) => rejections.RunHeldAsync(Send, stop);

    /// <inheritdoc/>
    public async Task RunRefusedAsync(CancellationToken stop)
    {
        await foreach ((Shipment shipment, SendFailure fault) in refused.ReadAllAsync(stop))
        {
            if (refused.NextForm(shipment, fault) is not { } next) Failed(shipment, fault);
            else if (shipment.Why is null && next.Why is not null) Reject(next);
            else Send(next);
        }
    }

    /// <inheritdoc/>
    public bool Commit() => !(HasFailed = !committer.Commit());

    /// <inheritdoc/>
    public void CommitRevoked(IReadOnlyList<SourcePartition> partitions, TimeSpan finish)
    {
        records.FinishFronts(partitions, finish);
        committer.CommitRevoked(partitions);
    }

    /// <inheritdoc/>
    public void Lose(IReadOnlyList<SourcePartition> partitions)
    {
        foreach (SourcePartition partition in partitions) records.Close(partition);
    }

    private void Failed(Shipment shipment, SendFailure fault) =>
        failure.Report("publish", new DeliveryException(shipment.Envelope.Source, shipment.Record.Topic, fault));
}

/// <summary>What became of a record could not be delivered, for good.</summary>
internal sealed class DeliveryException(SourceOffset source, string topic, SendFailure failure)
    : Exception($"The output of {source} could not be delivered to topic '{topic}': {failure} "
        + "The offset is not committed; the record is read again at the next start.");
