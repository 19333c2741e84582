namespace Sluice.Schemas.Avro;

/// <summary>The wanted paths as a tree of field names.</summary>
internal sealed class WantedField
{
    private readonly Dictionary<string, WantedField> _children = new(StringComparer.Ordinal);

    /// <summary>Index of the path that ends here, or -1.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The wanted fields inside, if any.</summary>
    public WantedField? Child(string name) => _children.GetValueOrDefault(name);

    /// <summary>Every path that ends here or further inside.</summary>
    public IEnumerable<int> Slots => _children.Values.SelectMany(c => c.Slots).Concat(Slot < 0 ? [] : [Slot]);

    /// <summary>Adds <paramref name="path"/> after checking where it leads in <paramref name="schema"/>.</summary>
    public void Add(Schema schema, string path, int slot)
    {
        string[] names = path.Length == 0 ? [] : path.Split('.');
        string? problem = Follow(schema, names);
        if (problem is not null) throw new AvroSchemaException($"The path \"{path}\" does not lead to text in {schema}: {problem}.");
        WantedField node = this;
        foreach (string name in names)
        {
            if (!node._children.TryGetValue(name, out WantedField? child)) node._children.Add(name, child = new WantedField());
            node = child;
        }

        node.Slot = slot;
    }

    /// <summary>Whether a value of <paramref name="schema"/>, a union's branch, can hold what is wanted here.</summary>
    public bool LeadsInto(Schema schema) =>
        (Slot >= 0 && IsText(schema)) || (schema is RecordSchema record && _children.Keys.Any(name => record.Find(name) is not null));

    /// <summary>Types whose value is a slice of the payload.</summary>
    public static bool IsText(Schema schema) => schema.Kind is SchemaKind.String or SchemaKind.Bytes or SchemaKind.Fixed or SchemaKind.Int or SchemaKind.Long or SchemaKind.Enum;

    private static string? Follow(Schema schema, ReadOnlySpan<string> names)
    {
        if (schema is UnionSchema union)
        {
            string? problem = $"the union {union} has no branch for it";
            foreach (Schema branch in union.Branches)
            {
                if (branch.Kind == SchemaKind.Null) continue;
                problem = Follow(branch, names);
                if (problem is null) return null;
            }

            return problem;
        }

        if (names.IsEmpty) return IsText(schema) ? null : $"{Of(schema)} stands there; string, bytes, fixed, int, long, enum or a union with one of them would do";
        if (schema is not RecordSchema record) return $"\"{names[0]}\" is asked of {Of(schema)}, which has no fields";
        RecordField? field = record.Find(names[0]);
        return field is null ? $"{record.TypeName} has no field \"{names[0]}\"; it has {Fields(record)}" : Follow(field.Type, names[1..]);
    }

    private static string Of(Schema schema) => schema is NamedSchema ? $"the {Schema.KindName(schema.Kind)} {schema.TypeName}" : $"the type {schema}";

    private static string Fields(RecordSchema record) => record.Fields.Count == 0 ? "none" : string.Join(", ", record.Fields.Take(40).Select(f => f.Name)) + (record.Fields.Count > 40 ? ", ..." : "");
}
