namespace Sluice.Worker.Documents.Avro;

/// <summary>Bounds on what hostile schemas and payloads can make the reader do. Real ones stay far below.</summary>
internal static class AvroLimits
{
    /// <summary>Values inside values (records, arrays and maps count one each). The deepest take less than 1 MiB of stack.</summary>
    public const int ValueDepth = 1024;

    /// <summary>Nesting of a schema's JSON text. A record inside a record takes three levels.</summary>
    public const int SchemaDepth = 512;

    /// <summary>
    /// Characters of a namespace that names take from what stands around them, as <see cref="AvroNames.Escape"/> has it: each such name
    /// costs as much memory, however short its text. A name that spells its namespace out has no limit.
    /// </summary>
    public const int NamespaceLength = 1024;

    /// <summary>Bytes of an object container file, and of all its blocks when they are inflated.</summary>
    public const int ContainerBytes = 256 * 1024 * 1024;

    /// <summary>
    /// Bytes of a decimal that is a wanted field, which are 2,465 digits: more take long to be found, and a scale costs its zeros.
    /// </summary>
    public const int DecimalBytes = 1024;

    /// <summary>
    /// Bytes of the texts that one path joins, where the payload has fewer: symbols of enums and decimals take a byte or two in it, and may
    /// be long as text.
    /// </summary>
    public const int JoinedBytes = 1 << 20;

    /// <summary>Steps of a projection. A schema's size bounds them too: some four million characters can take as many.</summary>
    public const int ProjectionSteps = 1 << 20;

    /// <summary>
    /// Values that take no bytes (null, empty records, fixed of size 0) and stand in arrays or in records of nothing else, in one datum:
    /// the only ones whose number its size does not bound.
    /// </summary>
    public const int ZeroByteValues = 65_536;
}
