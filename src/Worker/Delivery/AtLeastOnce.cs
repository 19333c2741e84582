using Sluice.Inference.Machine;
using Sluice.Inference.Modes;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>What is made of a record, with the record that its delivery finishes.</summary>
/// <param name="Record">What is sent.</param>
/// <param name="Envelope">The record it is made of.</param>
/// <param name="Outcome">What the record is once it is delivered.</param>
/// <param name="MadeBy">The mode that made a label; null for what is none.</param>
/// <param name="Why">Why a dead-letter record is one; null for what is none.</param>
internal sealed record Shipment(OutboundRecord Record, Envelope Envelope, RecordOutcome Outcome, Mode? MadeBy = null,
    Rejection? Why = null);

/// <summary>Sends what is made of records; only its delivery finishes a record, so that each is delivered at least once.</summary>
/// <param name="send">Sends in the background and tells the outcome once (<c>Kafka/RecordSink</c>).</param>
/// <param name="refused">What becomes of what a topic refuses.</param>
/// <param name="brake">Holds rejected documents back until the first label is delivered.</param>
/// <param name="rejections">Is told of each dead-letter record that is sent.</param>
/// <param name="records">What is in flight.</param>
/// <param name="progress">Counts what is delivered, and is charged with the CPU of finishing records.</param>
/// <param name="metrics">Is told how long a label took.</param>
/// <param name="failure">Told of a delivery that fails for good: it stops the worker, and nothing is ever committed because an error was
/// caught.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class AtLeastOnce(Action<OutboundRecord, Action<SendFailure?>, CancellationToken> send, RefusedRecords refused,
    RejectionBrake brake, RejectionLog rejections, InFlightRecords records, PipelineProgress progress, WorkerMetrics metrics,
    PipelineFailure failure)
{
    /// <summary>Sends it; waits while the client's queue is full.</summary>
    /// <exception cref="OperationCanceledException">The steps must stop where they are.</exception>
    public void Send(Shipment shipment) =>
        send(shipment.Record, fault =>
        {
            if (fault is null) Delivered(shipment);
            else if (fault.IsOfOneRecord) refused.Add(shipment, fault);
            else Failed(shipment, fault);
        }, failure.Stop);

    /// <summary>Sends the dead-letter record of a document that was just rejected, or holds it back (<see cref="RejectionBrake"/>); waits
    /// while the client's queue is full.</summary>
    /// <inheritdoc cref="Send"/>
    public void Reject(Shipment rejected)
    {
        if (!brake.TryHold(rejected)) SendRejected(rejected);
    }

    /// <summary>Sends what was held back when its time has come, until the brake is over or the steps stop.</summary>
    public Task RunHeldAsync(CancellationToken stop) => brake.RunAsync(SendRejected, stop);

    /// <summary>Sends again, alone or smaller, what a topic refused, until told to stop.</summary>
    public async Task RunRefusedAsync(CancellationToken stop)
    {
        await foreach ((Shipment shipment, SendFailure fault) in refused.ReadAllAsync(stop))
        {
            if (refused.NextForm(shipment, fault) is not { } next) Failed(shipment, fault);
            else if (shipment.Why is null && next.Why is not null) Reject(next);
            else Send(next);
        }
    }

    private void SendRejected(Shipment rejected)
    {
        rejections.Add(rejected.Envelope.Source, rejected.Why!);
        Send(rejected);
    }

    private void Delivered(Shipment shipment)
    {
        long cpu = ThreadCpuClock.Now();
        Count(shipment); // before its room is free: who waits for the last record finds it counted
        if (shipment.Outcome == RecordOutcome.Labelled) brake.Labelled(); // before it is finished, or the brake might find none undecided
        records.Finish(shipment.Envelope, shipment.Outcome);
        progress.Charge(PipelineStep.Publish, cpu);
    }

    private void Count(Shipment shipment)
    {
        if (shipment.MadeBy is { } mode)
        {
            progress.LabelsByMode.Add(mode);
            metrics.LabelDelivered(shipment.Envelope.Timestamp);
        }

        if (shipment.Why is { } why) progress.DeadLettersByReason.Add(why.Reason.Name());
    }

    private void Failed(Shipment shipment, SendFailure fault) =>
        failure.Report("publish", new DeliveryException(shipment.Envelope.Source, shipment.Record.Topic, fault));
}

/// <summary>What became of a record could not be delivered, for good.</summary>
internal sealed class DeliveryException(SourceOffset source, string topic, SendFailure failure)
    : Exception($"The output of {source} could not be delivered to topic '{topic}': {failure} "
        + "The offset is not committed; the record is read again at the next start.");
