using Sluice.Inference.Modes;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>What is made of a record, with the record that its delivery finishes.</summary>
/// <param name="Record">What is sent.</param>
/// <param name="Envelope">The record it is made of.</param>
/// <param name="Outcome">What the record is once it is delivered.</param>
/// <param name="MadeBy">The mode that made a label; null for what is none.</param>
/// <param name="Why">Why a dead-letter record is one; null for what is none.</param>
internal sealed record Shipment(OutboundRecord Record, Envelope Envelope, RecordOutcome Outcome, Mode? MadeBy = null,
    Rejection? Why = null);
