namespace Sluice.Schemas.Avro;

/// <summary>String keys to <paramref name="values"/>.</summary>
internal sealed class MapSchema(Schema values) : Schema(SchemaKind.Map)
{
    /// <summary>Type of each value.</summary>
    public Schema Values { get; } = values;
}
