namespace Sluice.Schemas.Avro;

/// <summary>Exactly <paramref name="size"/> bytes.</summary>
internal sealed class FixedSchema(SchemaName name, SchemaName[] aliases, int size, LogicalType? logical) : NamedSchema(SchemaKind.Fixed, name, aliases, logical)
{
    /// <summary>Bytes of a value, 0 or more.</summary>
    public int Size { get; } = size;
}
