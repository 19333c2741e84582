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

    /// <summary>True or false: the slice is its byte.</summary>
    Boolean,

    /// <summary>A float: the slice is its four bytes.</summary>
    Float,

    /// <summary>A double: the slice is its eight bytes.</summary>
    Double,

    /// <summary>Any number of texts, which were joined: the slice begins at the slot of their <see cref="Paths.JoinedText"/>.</summary>
    Joined,
}

/// <summary>A field's place in a payload; nothing is copied.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Number of bytes; 0 for
/// <see cref="FieldKind.Missing"/>, <see cref="FieldKind.Null"/> and <see cref="FieldKind.Joined"/>.</param>
/// <param name="Kind">What stands there.</param>
/// <param name="Type">Which of the projection's logical types, or of its enums, for these kinds; 0 for others.</param>
internal readonly record struct FieldSlice(int Start, int Length, FieldKind Kind, int Type = 0)
{
    /// <summary>The field's bytes in the payload that was read.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> payload) => payload.Slice(Start, Length);
}
