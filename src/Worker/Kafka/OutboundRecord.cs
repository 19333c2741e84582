using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>What is made of a record, on its way to a topic.</summary>
/// <param name="Topic">The output or the dead-letter topic.</param>
/// <param name="Message">What is sent.</param>
/// <param name="Source">The record; its value only where the load still holds the value's bytes.</param>
/// <param name="Count">Counts its delivery.</param>
/// <param name="Alone">Sent in a batch of its own: when it is refused now, it is for what it is itself.</param>
internal sealed record OutboundRecord(string Topic, Message<byte[]?, byte[]?> Message, SourceRecord Source, Action Count,
    bool Alone = false);
