namespace Sluice.Schemas.Avro;

/// <summary>A payload that does not fit its schema.</summary>
internal sealed class AvroDecodeException(DecodeFailure failure) : Exception(failure.ToString())
{
    /// <summary>Byte offset in the payload at which the offending element starts, from 0.</summary>
    public int Offset => Failure.Offset;

    /// <summary>Where in the schema: field names with dots, items as <c>[3]</c>, map values as <c>["key"]</c>; empty at the top.</summary>
    public string Path => Failure.Path;

    /// <summary>The same as a value.</summary>
    public DecodeFailure Failure { get; } = failure;
}
