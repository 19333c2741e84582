using Confluent.Kafka;
using Sluice.Worker.Offsets;

namespace Sluice.Worker.Kafka;

/// <summary>A record as it was read, before anything is known of its content.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Key">The key's bytes; null when it has none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers in their order; null when it has none.</param>
/// <param name="Timestamp">When it was made or appended, as its topic says; null when the broker keeps no time.</param>
/// <param name="HeldTokens">The tokens that are held for it in the pipeline's load.</param>
internal readonly record struct SourceRecord(SourceOffset Source, byte[]? Key, byte[]? Value, Headers? Headers, DateTimeOffset? Timestamp, int HeldTokens);
