namespace Sluice.Schemas.Avro;

/// <summary>Bounds on what hostile schemas and payloads can make the decoder do. Real ones stay far below.</summary>
internal static class AvroLimits
{
    /// <summary>Values inside values (records, arrays, maps and union branches each count one). The deepest take less than 1 MiB of stack.</summary>
    public const int ValueDepth = 1024;

    /// <summary>Nesting of a schema's JSON text. A record inside a record takes three levels.</summary>
    public const int SchemaDepth = 512;

    /// <summary>Nesting of values in the JSON encoding: one level for each value that holds others, and some for what stands around them.</summary>
    public const int JsonDepth = ValueDepth + 16;

    /// <summary>Values that take no bytes (null, empty records, fixed of size 0) in one datum, beside one for each byte of it: the only ones whose number its size does not bound.</summary>
    public const int ZeroByteValues = 65_536;

    /// <summary>Values visited while a field's default is matched with its type; nested unions would otherwise cost exponential time.</summary>
    public const int DefaultValues = 65_536;
}
