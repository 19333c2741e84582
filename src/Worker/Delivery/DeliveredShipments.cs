using Sluice.Inference.Machine;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>What follows from a delivery: it is counted, the brake learns of a label, and its record is finished. Thread-safe.</summary>
/// <param name="brake">Is over with the first label.</param>
/// <param name="records">What is in flight.</param>
/// <param name="progress">Counts what is delivered, and is charged with the CPU of finishing records.</param>
/// <param name="metrics">Is told how long a label took.</param>
internal sealed class DeliveredShipments(RejectionBrake brake, InFlightRecords records, PipelineProgress progress, WorkerMetrics metrics)
{
    private const int Sampled = 16; // the processor's time of one of so many stands for all: the clock costs as much as the work

    private int _added;

    /// <summary>Finishes the record of what was delivered.</summary>
    public void Add(Shipment shipment)
    {
        if (Interlocked.Increment(ref _added) % Sampled != 0)
        {
            Finish(shipment);
            return;
        }

        long cpu = ThreadCpuClock.Now();
        Finish(shipment);
        progress.Charge(PipelineStep.Publish, cpu, Sampled);
    }

    private void Finish(Shipment shipment)
    {
        Count(shipment); // before its room is free: who waits for the last record finds it counted
        if (shipment.Outcome == RecordOutcome.Labelled) brake.Labelled(); // before it is finished, or the brake might find none undecided
        records.Finish(shipment.Envelope, shipment.Outcome);
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
}
