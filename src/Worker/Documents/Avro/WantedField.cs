using Avro;
using Sluice.Worker.Wording;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

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
        string[] names = path.Length == 0 ? [] : [.. path.Split('.').Select(name => name.Length == 0 ? "" : AvroNames.Escape(name))];
        var refused = new Dictionary<Schema, string?>[names.Length + 1];
        for (int left = 0; left < refused.Length; left++) refused[left] = new(ReferenceEqualityComparer.Instance);
        string? problem = Follow(schema, names, refused);
        if (problem is not null)
            throw new AvroSchemaException($"The path \"{path}\" does not lead to text in {Name(schema)}: {problem}.");
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
        (Slot >= 0 && IsText(schema)) || (schema is RecordSchema record && _children.Keys.Any(name => record.Contains(name)));

    /// <summary>Types whose value is a slice of the payload.</summary>
    public static bool IsText(Schema schema) => schema.Tag
        is SchemaType.String or SchemaType.Bytes or SchemaType.Fixed or SchemaType.Int or SchemaType.Long or SchemaType.Enumeration;

    /// <summary>Why <paramref name="names"/> lead nowhere in <paramref name="schema"/>, or null.</summary>
    /// <param name="schema">Where the path stands.</param>
    /// <param name="names">What is left of it.</param>
    /// <param name="refused">
    /// By the number of names left, the records looked into for them: through unions there may be billions of ways to a record.
    /// </param>
    private static string? Follow(Schema schema, ReadOnlySpan<string> names, Dictionary<Schema, string?>[] refused)
    {
        if (schema is UnionSchema union)
        {
            string? problem = $"the union of {string.Join(", ", union.Schemas.Take(40).Select(Name))} has no branch for it";
            foreach (Schema branch in union.Schemas)
            {
                if (branch.Tag == SchemaType.Null) continue;
                problem = Follow(branch, names, refused);
                if (problem is null) return null;
            }

            return problem;
        }

        if (names.IsEmpty && IsText(schema)) return null;
        if (names.IsEmpty) return $"{Of(schema)} stands there; string, bytes, fixed, int, long, enum or a union with one of them would do";
        if (schema is not RecordSchema record) return $"\"{AvroNames.Original(names[0])}\" is asked of {Of(schema)}, which has no fields";
        if (refused[names.Length].TryGetValue(record, out string? known)) return known;
        return refused[names.Length][record] = record.TryGetField(names[0], out Field field)
            ? Follow(field.Schema, names[1..], refused)
            : $"{Name(record)} has no field \"{AvroNames.Original(names[0])}\"; it has {Fields(record)}";
    }

    private static string Of(Schema schema) =>
        $"the {(schema is NamedSchema ? Schema.GetTypeString(schema.Tag) : "type")} {Name(schema)}";

    private static string Name(Schema schema) => ForeignText.OneLine(AvroNames.Of(schema));

    private static string Fields(RecordSchema record) =>
        record.Count == 0
            ? "none"
            : string.Join(", ", record.Fields.Take(40).Select(f => ForeignText.OneLine(AvroNames.Original(f.Name)))) + (record.Count > 40 ? ", ..." : "");
}
