namespace Sluice.Schemas.Avro;

/// <summary>One of several types; no two of the same unnamed type or full name, and no union directly inside.</summary>
internal sealed class UnionSchema(Schema[] branches) : Schema(SchemaKind.Union)
{
    /// <summary>The types in the order of their index on the wire.</summary>
    public IReadOnlyList<Schema> Branches { get; } = branches;

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Branches.Take(8).Select(b => b.TypeName))}{(Branches.Count > 8 ? ", ..." : "")}]";
}
