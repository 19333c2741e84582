namespace Sluice.Worker.Documents.Avro;

/// <summary>What a <see cref="Projection"/> found where a wanted field may stand.</summary>
internal enum FieldKind
{
    /// <summary>Nothing: the value that holds the field is of another union branch.</summary>
    Missing,

    /// <summary>Null, of the field or of what holds it.</summary>
    Null,

    /// <summary>Text, checked to be UTF-8.</summary>
    Utf8,

    /// <summary>Bytes, not checked to be text.</summary>
    Bytes,

    /// <summary>An int or a long: the slice is its varint.</summary>
    Int64,

    /// <summary>A symbol of an enum: the slice is the varint of its index, which is in range.</summary>
    Enum,

    /// <summary>A value of a logical type: the slice is its bytes, or its varint.</summary>
    Logical,
}

/// <summary>A field's place in a payload; nothing is copied.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Number of bytes; 0 for <see cref="FieldKind.Missing"/> and <see cref="FieldKind.Null"/>.</param>
/// <param name="Kind">What stands there.</param>
/// <param name="Logical">For <see cref="FieldKind.Logical"/>, which of the projection's logical types; 0 for others.</param>
internal readonly record struct FieldSlice(int Start, int Length, FieldKind Kind, int Logical = 0)
{
    /// <summary>The field's bytes in the payload that was read.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> payload) => payload.Slice(Start, Length);
}
