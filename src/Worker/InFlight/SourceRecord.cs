using Confluent.Kafka;

namespace Sluice.Worker.InFlight;

/// <summary>A record as it was read, before anything is known of its content.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Key">The key's bytes; null when it has none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">Its headers in their order; null when it has none.</param>
/// <param name="Timestamp">When it was made or appended, as its topic says; null when the broker keeps no time.</param>
/// <param name="ReservedTokens">The tokens that are held for it in the pipeline's load.</param>
/// <param name="RetainedBytes">The bytes of key and headers that are held for it in the pipeline's load until it leaves.</param>
internal readonly record struct SourceRecord(SourceOffset Source, byte[]? Key, byte[]? Value, Headers? Headers, DateTimeOffset? Timestamp,
    int ReservedTokens, long RetainedBytes = 0)
{
    private const int BytesOfHeader = 96; // three objects and a place in a list, beside what they hold: a record may have millions of empty headers

    /// <summary>What a record takes of the load's bytes while its value is held.</summary>
    public long ReservedBytes => RetainedBytes + (Value?.Length ?? 0);

    /// <summary>The memory that a key and headers take, in bytes.</summary>
    public static long SizeOf(byte[]? key, Headers? headers)
    {
        long bytes = key?.Length ?? 0;
        for (int i = 0; i < (headers?.Count ?? 0); i++)
        {
            IHeader header = headers![i];
            bytes += BytesOfHeader + (2L * header.Key.Length) + (header.GetValueBytes()?.Length ?? 0);
        }

        return bytes;
    }
}
