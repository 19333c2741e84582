using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>What may stand before text or JSON and is passed over.</summary>
/// <remarks>
/// A byte order mark is no part of the text (RFC 8259, 8.1 lets readers of JSON ignore it). Confluent's serializer for JSON Schema writes
/// the schema's id or GUID before the object, as <see cref="SchemaFrame"/> has them; what stands behind needs no schema to be read.
/// </remarks>
internal static class Preamble
{
    private static readonly WayOut NotJson =
        new("set Sluice:Input:Format to Avro where it is that; Protobuf is not read, have it written as Avro or JSON", Setting.InputFormat);

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Bytes of the byte order mark that <paramref name="text"/> begins with, or 0.</summary>
    public static int MarkOf(ReadOnlySpan<byte> text) => text.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;

    /// <summary>Whether a value begins as one does that a schema registry's serializer wrote.</summary>
    public static bool LooksFramed(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] switch
    {
        0 => value.Length > WireHeader.Length,
        1 => value.Length > SchemaFrame.GuidLength,
        _ => false,
    };

    /// <summary>Finds where the JSON of a value begins.</summary>
    /// <param name="value">The record's whole value.</param>
    /// <param name="start">The first byte that is JSON's.</param>
    /// <returns>What the value is instead, where it is framed and what follows is no JSON object; else null.</returns>
    public static Rejection? BeforeJson(ReadOnlySpan<byte> value, out int start)
    {
        int frame = value.IsEmpty ? 0 : value[0] switch { 0 => WireHeader.Length, 1 => SchemaFrame.GuidLength, _ => 0 };
        start = Math.Min(frame, value.Length);
        start += MarkOf(value[start..]);
        if (frame == 0 || (start < value.Length && value[start] == '{')) return null;
        string form = frame == WireHeader.Length ? "id" : "GUID";
        string found = start < value.Length ? $"then byte {value[start]}, not '{{'" : "nothing behind it";
        return new Rejection(RejectionReason.WireFormat,
            $"the value begins with byte {value[0]}, as before a schema's {form}, and has {found}", NotJson);
    }
}
