namespace Sluice.Schemas.Avro;

/// <summary>A schema as an immutable graph: named types are shared by reference, so recursion is a cycle.</summary>
/// <remarks>Made by <see cref="SchemaParser"/> only; thread-safe once parsed. Source: Avro 1.12 specification, "Schema Declaration".</remarks>
internal abstract class Schema(SchemaKind kind, LogicalType? logical = null)
{
    /// <summary>The type.</summary>
    public SchemaKind Kind { get; } = kind;

    /// <summary>The logical type, when it is known and fits the type; one that does not fit is ignored, as the specification asks.</summary>
    public LogicalType? Logical { get; } = logical;

    /// <summary>The type's name as unions, JSON encoding and errors show it: the full name of a named type, else the type's own.</summary>
    public virtual string TypeName => KindName(Kind);

    /// <summary>Whether a value holds other values, and so counts as a level of nesting.</summary>
    public bool Nests => Kind is SchemaKind.Record or SchemaKind.Array or SchemaKind.Map or SchemaKind.Union;

    /// <inheritdoc/>
    public override string ToString() => TypeName;

    /// <summary>The specification's word for a kind.</summary>
    public static string KindName(SchemaKind kind) => kind switch
    {
        SchemaKind.Null => "null",
        SchemaKind.Boolean => "boolean",
        SchemaKind.Int => "int",
        SchemaKind.Long => "long",
        SchemaKind.Float => "float",
        SchemaKind.Double => "double",
        SchemaKind.Bytes => "bytes",
        SchemaKind.String => "string",
        SchemaKind.Record => "record",
        SchemaKind.Enum => "enum",
        SchemaKind.Fixed => "fixed",
        SchemaKind.Array => "array",
        SchemaKind.Map => "map",
        _ => "union",
    };
}
