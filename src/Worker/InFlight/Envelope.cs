namespace Sluice.Worker.InFlight;

/// <summary>What stays of a record from reading to delivery: where it came from, and what goes on with whatever is made of it.</summary>
/// <remarks>Immutable. <see cref="InFlightRecords"/> makes one for each record and keeps with it what it has reserved.</remarks>
internal class Envelope(SourceOffset source, byte[]? key, IReadOnlyList<RecordHeader> headers, DateTimeOffset? timestamp)
{
    /// <summary>Where it came from.</summary>
    public SourceOffset Source => source;

    /// <summary>The key's bytes; null when it has none.</summary>
    public byte[]? Key => key;

    /// <summary>Its headers in their order; empty when it has none.</summary>
    public IReadOnlyList<RecordHeader> Headers => headers;

    /// <summary>When it was made or appended, as its topic says; null when the broker keeps no time.</summary>
    public DateTimeOffset? Timestamp => timestamp;

    /// <inheritdoc cref="InboundRecord.IsAppendTime"/>
    public bool IsAppendTime { get; init; }
}

/// <summary>A record as it was read, before anything is known of its content.</summary>
/// <param name="Envelope">What stays of it.</param>
/// <param name="Value">The value's bytes; null for a tombstone. Let go when it is tokenized.</param>
internal readonly record struct SourceRecord(Envelope Envelope, byte[]? Value);
