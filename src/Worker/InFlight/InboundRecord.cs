namespace Sluice.Worker.InFlight;

/// <summary>A header of a record. A name may come more than once, and the order says something.</summary>
/// <param name="Name">Its name, possibly empty.</param>
/// <param name="Value">Its bytes; null is another value than none.</param>
internal readonly record struct RecordHeader(string Name, byte[]? Value);

/// <summary>A record as the client hands it over, before it is in flight.</summary>
/// <param name="Partition">The partition that was read.</param>
/// <param name="Offset">Its offset, at least 0.</param>
/// <param name="Key">The key's bytes; null when it has none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers in their order; empty when it has none.</param>
/// <param name="Timestamp">When it was made or appended, as its topic says; null when the broker keeps no time.</param>
internal readonly record struct InboundRecord(SourcePartition Partition, long Offset, byte[]? Key, byte[]? Value,
    IReadOnlyList<RecordHeader> Headers, DateTimeOffset? Timestamp)
{
    // Three objects and a place in a list, beside what they hold, in the client that reads and in the one that sends: a record may have
    // millions of empty headers.
    private const int BytesOfHeader = 96;

    /// <summary>Whether <see cref="Timestamp"/> is when the broker appended it, by the topic's settings; else its writer set it.</summary>
    public bool IsAppendTime { get; init; }

    /// <summary>The memory that key and headers take until the record is finished, in bytes.</summary>
    public long RetainedBytes
    {
        get
        {
            long bytes = Key?.Length ?? 0;
            for (int i = 0; i < Headers.Count; i++)
                bytes += BytesOfHeader + (2L * Headers[i].Name.Length) + (Headers[i].Value?.Length ?? 0);
            return bytes;
        }
    }
}
