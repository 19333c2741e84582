namespace Sluice.Schemas.Avro;

/// <summary>Any number of <paramref name="items"/>.</summary>
internal sealed class ArraySchema(Schema items) : Schema(SchemaKind.Array)
{
    /// <summary>Type of each item.</summary>
    public Schema Items { get; } = items;
}
