using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>Which schema wrote a record's value, and where in the value the payload begins.</summary>
/// <remarks>
/// Confluent's serializers say it in one of two forms, byte 0 and an id of 4 bytes, or byte 1 and a GUID of 16, big-endian both; and in one
/// of two places, before the payload or in the header <see cref="Header"/>, and then the value is the payload alone. Their deserializers
/// look into the header first, and so does this. Source: Confluent, "Formats, Serializers, and Deserializers", section "Wire format", and
/// what Confluent.SchemaRegistry.Serdes.Avro 2.16 writes.
/// </remarks>
/// <param name="Schema">The schema.</param>
/// <param name="Start">Bytes of the value before the payload: 0, 5 or 17.</param>
internal readonly record struct SchemaFrame(SchemaId Schema, int Start)
{
    /// <summary>The header that names the schema of a record's value. Of several the last counts; one without a value is none.</summary>
    public const string Header = "__value_schema_id";

    /// <summary>Bytes of a GUID with the byte 1 before it.</summary>
    public const int GuidLength = 17;

    private const byte GuidMagic = 1;
    private const string Forms = "0 and a 4-byte schema id, or 1 and a 16-byte GUID";

    /// <summary>Finds the schema of a value.</summary>
    /// <param name="headers">The record's.</param>
    /// <param name="value">The record's whole value.</param>
    /// <param name="frame">What was found.</param>
    /// <param name="fault">What is wrong, in words.</param>
    public static bool TryRead(IReadOnlyList<RecordHeader> headers, ReadOnlySpan<byte> value, out SchemaFrame frame,
        [NotNullWhen(false)] out string? fault)
    {
        if (Named(headers) is { } named) return TryReadHeader(named, out frame, out fault);
        if (!value.IsEmpty && value[0] == GuidMagic) return TryReadGuid(value, out frame, out fault);
        WireHeaderResult result = WireHeader.Read(value, out int id, out _);
        frame = new SchemaFrame(id, WireHeader.Length);
        fault = result switch
        {
            WireHeaderResult.Ok => null,
            WireHeaderResult.WrongMagic => $"the first byte is {value[0]}; expected {Forms}, or either of them in the header {Header}",
            _ => WireHeader.Describe(result, value),
        };
        return fault is null;
    }

    /// <summary>The headers without <see cref="Header"/>, for what is made of a record: its value is of another schema. The same list
    /// where it is not among them.</summary>
    public static IReadOnlyList<RecordHeader> Without(IReadOnlyList<RecordHeader> headers)
    {
        for (int i = 0; i < headers.Count; i++)
            if (headers[i].Name == Header) return [.. headers.Where(header => header.Name != Header)];
        return headers;
    }

    private static byte[]? Named(IReadOnlyList<RecordHeader> headers)
    {
        for (int i = headers.Count - 1; i >= 0; i--)
            if (headers[i].Name == Header) return headers[i].Value;
        return null;
    }

    private static bool TryReadHeader(byte[] header, out SchemaFrame frame, [NotNullWhen(false)] out string? fault)
    {
        frame = default;
        fault = null;
        if (header.Length == GuidLength && header[0] == GuidMagic)
            frame = new SchemaFrame(new SchemaId(0, new Guid(header.AsSpan(1), bigEndian: true)), 0);
        else if (header.Length == WireHeader.Length && WireHeader.Read(header, out int id, out _) == WireHeaderResult.Ok)
            frame = new SchemaFrame(id, 0);
        else if (header.Length == WireHeader.Length && header[0] == 0)
            fault = $"the header {Header} names the schema id {BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1))}, above 2147483647";
        else
            fault = $"the header {Header} has {header.Length} bytes{(header.Length > 0 ? $", the first is {header[0]}" : "")}; "
                + $"expected {Forms}";
        return fault is null;
    }

    private static bool TryReadGuid(ReadOnlySpan<byte> value, out SchemaFrame frame, [NotNullWhen(false)] out string? fault)
    {
        bool isWhole = value.Length >= GuidLength;
        frame = isWhole ? new SchemaFrame(new SchemaId(0, new Guid(value[1..GuidLength], bigEndian: true)), GuidLength) : default;
        fault = isWhole ? null : $"the message ends after {value.Length} of the {GuidLength} bytes of 1 and a GUID";
        return fault is null;
    }
}
