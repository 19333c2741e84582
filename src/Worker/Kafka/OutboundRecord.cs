using Sluice.Worker.InFlight;

namespace Sluice.Worker.Kafka;

/// <summary>What is made of a record, as it goes to a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key's bytes; null for none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers in their order.</param>
/// <param name="Alone">Sent in a batch of its own: when it is refused now, it is for what it is itself.</param>
/// <param name="Partition">Its partition; null for the one that follows from the key, any where there is no key.</param>
internal sealed record OutboundRecord(string Topic, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers, bool Alone = false,
    int? Partition = null);
