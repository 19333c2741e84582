using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Whether two definitions of one name mean the same to whoever reads their bytes.</summary>
internal static class SameType
{
    /// <summary>Compares names and order of fields and symbols, sizes, types and logical types; documentation, defaults and aliases mean
    /// nothing to bytes.</summary>
    /// <param name="earlier">The first definition.</param>
    /// <param name="later">The second; what it names, and it names itself so too, are the very objects of the first.</param>
    /// <param name="logical">Logical types by the object that carries each.</param>
    public static bool IsSame(NamedSchema earlier, NamedSchema later, IReadOnlyDictionary<Schema, LogicalType> logical) =>
        (earlier, later) switch
        {
            (RecordSchema a, RecordSchema b) => a.Fields.Count == b.Fields.Count && a.Fields.Zip(b.Fields, (one, other) =>
                one.Name == other.Name && IsSamePart(one.Schema, other.Schema, logical)).All(same => same),
            (EnumSchema a, EnumSchema b) => a.Symbols.SequenceEqual(b.Symbols, StringComparer.Ordinal),
            (FixedSchema a, FixedSchema b) => a.Size == b.Size && HaveSameLogical(a, b, logical),
            _ => false,
        };

    // Ends where a named type begins: its levels are those of the second definition's text.
    private static bool IsSamePart(Schema one, Schema other, IReadOnlyDictionary<Schema, LogicalType> logical) => (one, other) switch
    {
        (NamedSchema, _) or (_, NamedSchema) => ReferenceEquals(one, other),
        (ArraySchema a, ArraySchema b) => IsSamePart(a.ItemSchema, b.ItemSchema, logical),
        (MapSchema a, MapSchema b) => IsSamePart(a.ValueSchema, b.ValueSchema, logical),
        (UnionSchema a, UnionSchema b) => a.Schemas.Count == b.Schemas.Count
            && a.Schemas.Zip(b.Schemas, (x, y) => IsSamePart(x, y, logical)).All(same => same),
        _ => one.Tag == other.Tag && HaveSameLogical(one, other, logical),
    };

    private static bool HaveSameLogical(Schema one, Schema other, IReadOnlyDictionary<Schema, LogicalType> logical) =>
        Equals(logical.GetValueOrDefault(one), logical.GetValueOrDefault(other));
}
