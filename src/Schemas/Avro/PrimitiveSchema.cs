namespace Sluice.Schemas.Avro;

/// <summary>One of the eight primitive types.</summary>
internal sealed class PrimitiveSchema(SchemaKind kind, LogicalType? logical = null) : Schema(kind, logical)
{
    private static readonly PrimitiveSchema[] Plain = [.. Enumerable.Range(0, (int)SchemaKind.String + 1).Select(kind => new PrimitiveSchema((SchemaKind)kind))];

    /// <summary>The kind that <paramref name="name"/> names, or null when it names no primitive.</summary>
    public static SchemaKind? KindOf(string name) => name switch
    {
        "null" => SchemaKind.Null,
        "boolean" => SchemaKind.Boolean,
        "int" => SchemaKind.Int,
        "long" => SchemaKind.Long,
        "float" => SchemaKind.Float,
        "double" => SchemaKind.Double,
        "bytes" => SchemaKind.Bytes,
        "string" => SchemaKind.String,
        _ => null,
    };

    /// <summary>The shared schema of a primitive <paramref name="kind"/> without a logical type.</summary>
    public static PrimitiveSchema Of(SchemaKind kind) => Plain[(int)kind];
}
