using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Worker.Documents;

/// <summary>What <see cref="WireHeader.Read"/> found at the start of a message.</summary>
internal enum WireHeaderResult
{
    /// <summary>A header; the payload follows it.</summary>
    Ok,

    /// <summary>The message has no bytes.</summary>
    Empty,

    /// <summary>Fewer than the header's five bytes.</summary>
    TooShort,

    /// <summary>The first byte is not 0: another framing, or none.</summary>
    WrongMagic,

    /// <summary>The id is 2^31 or more, which no registry hands out.</summary>
    NegativeId,
}

/// <summary>The header before each payload on a topic: byte 0, then the schema id as 4 bytes, big-endian.</summary>
/// <remarks>
/// Source: Confluent, "Formats, Serializers, and Deserializers", section "Wire format". Labels are written so. Documents may be framed
/// otherwise (<see cref="SchemaFrame"/>), which this refuses. A wrong header is an answer, not an exception: topics carry foreign messages
/// every day.
/// </remarks>
internal static class WireHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 5;

    private const byte Magic = 0;

    /// <summary>Splits a message into its schema id and its payload.</summary>
    /// <param name="message">The whole value of a record.</param>
    /// <param name="schemaId">The id, 0..2^31-1; 0 unless the answer is <see cref="WireHeaderResult.Ok"/>.</param>
    /// <param name="payload">The bytes after the header, possibly none; empty unless the answer is
    /// <see cref="WireHeaderResult.Ok"/>.</param>
    public static WireHeaderResult Read(ReadOnlySpan<byte> message, out int schemaId, out ReadOnlySpan<byte> payload)
    {
        schemaId = 0;
        payload = default;
        if (message.IsEmpty) return WireHeaderResult.Empty;
        if (message[0] != Magic) return WireHeaderResult.WrongMagic;
        if (message.Length < Length) return WireHeaderResult.TooShort;
        int id = BinaryPrimitives.ReadInt32BigEndian(message[1..]);
        if (id < 0) return WireHeaderResult.NegativeId;
        schemaId = id;
        payload = message[Length..];
        return WireHeaderResult.Ok;
    }

    /// <summary>Writes the header of <paramref name="schemaId"/>; the payload is the caller's to write after it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="schemaId"/> is negative.</exception>
    public static void Write(IBufferWriter<byte> output, int schemaId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(schemaId);
        Span<byte> header = output.GetSpan(Length);
        header[0] = Magic;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], schemaId);
        output.Advance(Length);
    }

    /// <summary>Says in words why <paramref name="message"/> was refused, for dead-letter records and tools.</summary>
    public static string Describe(WireHeaderResult result, ReadOnlySpan<byte> message) => result switch
    {
        WireHeaderResult.Ok => "a schema id and a payload",
        WireHeaderResult.Empty => "the message is empty; expected byte 0 and a 4-byte schema id",
        WireHeaderResult.TooShort => $"the message ends after {message.Length} of the header's {Length} bytes",
        WireHeaderResult.WrongMagic => $"the first byte is {message[0]}; expected 0, then a 4-byte schema id",
        WireHeaderResult.NegativeId => $"the schema id {BinaryPrimitives.ReadUInt32BigEndian(message[1..])} is above 2147483647",
        _ => throw new System.Diagnostics.UnreachableException($"Header result {result}. This is a bug."),
    };
}
