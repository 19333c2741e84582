using Avro;
using Sluice.Worker.Wording;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>The wanted paths as a tree of field names.</summary>
internal sealed class WantedField
{
    // Where a path ends, and how many of its names are left there.
    private readonly record struct End(Schema Schema, int NamesLeft);

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
        var refused = new Dictionary<Schema, End>[names.Length + 1];
        for (int left = 0; left < refused.Length; left++) refused[left] = new(ReferenceEqualityComparer.Instance);
        if (Follow(schema, names, refused) is { } end)
        {
            string problem = Problem(end.Schema, names.AsSpan(names.Length - end.NamesLeft));
            throw new AvroSchemaException(
                $"The path \"{path}\" does not lead to text in {ForeignText.OneLine(AvroNames.Of(schema))}: {problem}.");
        }

        WantedField node = this;
        foreach (string name in names)
        {
            if (!node._children.TryGetValue(name, out WantedField? child)) node._children.Add(name, child = new WantedField());
            node = child;
        }

        node.Slot = slot;
    }

    /// <summary>Whether <paramref name="record"/> has a field on the way to what is wanted.</summary>
    public bool IsInside(RecordSchema record) => _children.Keys.Any(record.Contains);

    /// <summary>Types whose value is a slice of the payload.</summary>
    public static bool IsText(Schema schema) => schema.Tag
        is SchemaType.String or SchemaType.Bytes or SchemaType.Fixed or SchemaType.Int or SchemaType.Long or SchemaType.Enumeration;

    /// <summary>Where <paramref name="names"/> end short of text in <paramref name="schema"/>; null where they lead to some.</summary>
    /// <param name="schema">Where the path stands.</param>
    /// <param name="names">What is left of it.</param>
    /// <param name="refused">
    /// By the number of names left, the records looked into for them: through unions there may be billions of ways to a record.
    /// </param>
    private static End? Follow(Schema schema, ReadOnlySpan<string> names, Dictionary<Schema, End>[] refused)
    {
        End here = new(schema, names.Length);
        if (schema is UnionSchema union)
        {
            End? last = here;
            foreach (Schema branch in union.Schemas)
            {
                if (branch.Tag == SchemaType.Null) continue;
                last = Follow(branch, names, refused);
                if (last is null) return null;
            }

            return last;
        }

        if (names.IsEmpty) return IsText(schema) ? null : here;
        if (schema is not RecordSchema record || !record.TryGetField(names[0], out Field field)) return here;
        if (refused[names.Length].TryGetValue(record, out End known)) return known;
        if (Follow(field.Schema, names[1..], refused) is not { } end) return null;
        refused[names.Length].Add(record, end);
        return end;
    }

    private static string Problem(Schema end, ReadOnlySpan<string> names)
    {
        if (end is UnionSchema) return "a union stands there, of no branch or null alone";
        if (names.IsEmpty) return $"{Of(end)} stands there; string, bytes, fixed, int, long, enum or a union with one of them would do";
        string name = AvroNames.Original(names[0]);
        return end is RecordSchema record
            ? $"{ForeignText.OneLine(AvroNames.Of(record))} has no field \"{name}\"; it has {Fields(record)}"
            : $"\"{name}\" is asked of {Of(end)}, which has no fields";
    }

    private static string Of(Schema schema) =>
        $"the {(schema is NamedSchema ? Schema.GetTypeString(schema.Tag) : "type")} {ForeignText.OneLine(AvroNames.Of(schema))}";

    private static string Fields(RecordSchema record) =>
        record.Count == 0
            ? "none"
            : string.Join(", ", record.Fields.Take(40).Select(f => ForeignText.OneLine(AvroNames.Original(f.Name))))
                + (record.Count > 40 ? ", ..." : "");
}
