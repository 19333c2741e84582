using Avro;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>What keeps a reader with one schema from reading what was written with another, field by field.</summary>
/// <remarks>Source: Apache Avro 1.12 specification, "Schema Resolution". Every branch of a writer's union counts as written.
/// Immutable.</remarks>
internal sealed class ReaderCheck
{
    private readonly IReadOnlySet<object> _defaulted;

    private ReaderCheck(IReadOnlySet<object> defaulted) => _defaulted = defaulted;

    /// <summary>What is in the way: each names the field, what it is for the reader and what is written. Empty where all can be
    /// read.</summary>
    /// <param name="writer">What values are written with; not recursive.</param>
    /// <param name="reader">What they are to be read with.</param>
    public static IReadOnlyList<string> Faults(WriterType writer, WriterType reader) =>
        new ReaderCheck(reader.Defaulted).Between(writer.Root, reader.Root, "");

    /// <summary>Whether the bytes of a value are the same with both: names, types and the order of fields are.</summary>
    public static bool AreAlike(WriterType one, WriterType other) =>
        SchemaNormalization.ToParsingForm(one.Root) == SchemaNormalization.ToParsingForm(other.Root);

    /// <summary>In what two schemas of records differ, by the fields of the root, as a part of a sentence about <paramref name="theirs"/>.
    /// </summary>
    public static string Difference(WriterType ours, WriterType theirs)
    {
        string[] here = FieldsOf(ours), there = FieldsOf(theirs), lacking = [.. here.Except(there)], more = [.. there.Except(here)];
        List<string> parts = [];
        if (lacking.Length > 0) parts.Add($"it lacks {string.Join(", ", lacking)}");
        if (more.Length > 0) parts.Add($"it has {string.Join(", ", more)} besides");
        return parts.Count > 0 ? string.Join(", and ", parts) : "its fields are the same by name, but in another order or of other types";
    }

    private static string[] FieldsOf(WriterType schema) =>
        schema.Root is RecordSchema record ? [.. record.Fields.Select(field => AvroNames.Original(field.Name))] : [];

    private List<string> Between(Schema writer, Schema reader, string path) => (writer, reader) switch
    {
        (UnionSchema w, _) => [.. w.Schemas.SelectMany(branch => Between(branch, reader, path)).Distinct()],
        (_, UnionSchema r) => r.Schemas.Any(branch => Between(writer, branch, path).Count == 0) ? [] : [Differs(writer, reader, path)],
        (RecordSchema w, RecordSchema r) => w.Name == r.Name ? [.. OfFields(w, r, path)] : [Differs(writer, reader, path)],
        (EnumSchema w, EnumSchema r) => w.Name == r.Name ? OfSymbols(w, r, path) : [Differs(writer, reader, path)],
        (FixedSchema w, FixedSchema r) => w.Name == r.Name && w.Size == r.Size ? [] : [Differs(writer, reader, path)],
        (ArraySchema w, ArraySchema r) => Between(w.ItemSchema, r.ItemSchema, path + "[]"),
        (MapSchema w, MapSchema r) => Between(w.ValueSchema, r.ValueSchema, path + "{}"),
        _ => MayRead(writer.Tag, reader.Tag) ? [] : [Differs(writer, reader, path)],
    };

    private IEnumerable<string> OfFields(RecordSchema writer, RecordSchema reader, string path)
    {
        foreach (Field field in reader.Fields)
        {
            string at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (writer.TryGetField(field.Name, out Field written))
            {
                foreach (string fault in Between(written.Schema, field.Schema, at)) yield return fault;
            }
            else if (!_defaulted.Contains(field))
            {
                yield return $"field {AvroNames.Original(at)} has no default there, and is not written";
            }
        }
    }

    private List<string> OfSymbols(EnumSchema writer, EnumSchema reader, string path)
    {
        string[] lacking = _defaulted.Contains(reader) ? [] : [.. writer.Symbols.Except(reader.Symbols)];
        return lacking.Length == 0 ? []
            : [$"{Named(path)} lacks {string.Join(", ", lacking.Select(AvroNames.Original))} there, and has no default"];
    }

    private static bool MayRead(SchemaType writer, SchemaType reader) => writer == reader || (writer, reader) switch
    {
        (SchemaType.Int, SchemaType.Long or SchemaType.Float or SchemaType.Double) => true,
        (SchemaType.Long, SchemaType.Float or SchemaType.Double) => true,
        (SchemaType.Float, SchemaType.Double) => true,
        (SchemaType.String, SchemaType.Bytes) or (SchemaType.Bytes, SchemaType.String) => true,
        _ => false,
    };

    private static string Differs(Schema writer, Schema reader, string path) =>
        $"{Named(path)} is {Kind(reader)} there, and {Kind(writer)} is written";

    private static string Named(string path) => path.Length == 0 ? "the whole" : $"field {AvroNames.Original(path)}";

    private static string Kind(Schema schema) => schema is UnionSchema union
        ? $"one of {string.Join(", ", union.Schemas.Select(AvroNames.Of))}"
        : AvroNames.Of(schema);
}
