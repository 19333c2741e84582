namespace Sluice.Schemas.Avro;

/// <summary>A record, enum or fixed: a type that is defined once and referred to by name.</summary>
internal abstract class NamedSchema(SchemaKind kind, SchemaName name, SchemaName[] aliases, LogicalType? logical = null) : Schema(kind, logical)
{
    /// <summary>The full name.</summary>
    public SchemaName Name { get; } = name;

    /// <summary>Earlier names, under which a writer may have known the type.</summary>
    public IReadOnlyList<SchemaName> Aliases { get; } = aliases;

    /// <inheritdoc/>
    public override string TypeName => Name.Full;

    /// <summary>Whether data written as <paramref name="writer"/> may be read as this type: the same unqualified name, or an alias of this type is the writer's name.</summary>
    /// <remarks>Avro 1.12 specification, "Schema Resolution" and "Aliases".</remarks>
    public bool Accepts(NamedSchema writer) => writer.Name.Simple == Name.Simple || Aliases.Contains(writer.Name);
}
