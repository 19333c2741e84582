using System.Text.Json;
using Avro;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>The named types of a schema, as far as it has been read, and the namespace around the reader; owned by one reader.</summary>
/// <param name="place">Where the reader stands.</param>
internal sealed class DefinedTypes(JsonPlace place)
{
    private readonly SchemaNames _names = new();
    private HashSet<NamedSchema>? _ofThisText; // null in the first text, whose types are all its own
    private bool _hasBegun;

    /// <summary>The namespace around, escaped; empty outside of any.</summary>
    public string Space { get; set; } = "";

    /// <summary>
    /// The type defined as <paramref name="text"/>: in the namespace around, else outside of any, as the reference implementation looks.
    /// </summary>
    public NamedSchema Find(string text)
    {
        (string simple, string? space) = Split(text);
        if (simple.Length > 0)
        {
            if (_names.TryGetValue(simple, space ?? SpaceAround(), null, null, out NamedSchema? found)) return found;
            if (_names.TryGetValue(simple, null, null, null, out found)) return found;
        }

        throw place.Refuse($"{ForeignText.Quote(text)} is neither a type of Avro nor a name defined before");
    }

    /// <summary>A new text begins: it may define again, alike, what others defined before it.</summary>
    public void BeginText()
    {
        if (_hasBegun) _ofThisText = new(ReferenceEqualityComparer.Instance);
        _hasBegun = true;
    }

    /// <summary>The type of this name that a text before this one defined, or null.</summary>
    public NamedSchema? Earlier(string simple, string space) =>
        _ofThisText is { } own && _names.TryGetValue(simple, space, null, null, out NamedSchema? found) && !own.Contains(found)
            ? found : null;

    /// <summary>Adds <paramref name="schema"/>, whose name is free.</summary>
    public T Define<T>(T schema)
        where T : NamedSchema
    {
        if (!_names.Add(schema)) throw place.Refuse($"{ForeignText.Quote(AvroNames.Of(schema))} is defined twice");
        _ofThisText?.Add(schema);
        return schema;
    }

    /// <summary>The type that a text before this one defined, where this one defines it alike; two that bytes depend on would make reading
    /// a guess.</summary>
    public NamedSchema Same(NamedSchema earlier, bool isAlike) => isAlike ? earlier
        : throw place.Refuse($"{ForeignText.Quote(AvroNames.Of(earlier))} is defined twice, and not alike");

    /// <summary>The name that <paramref name="json"/> defines, escaped.</summary>
    public (string Simple, string Space) NameOf(JsonElement json)
    {
        (string simple, string? space) = Split(place.Text(json, "name"));
        if (simple.Length == 0) throw EmptyName();
        return (simple, space ?? (json.TryGetProperty("namespace", out _) ? EscapeSpace(place.Text(json, "namespace")) : SpaceAround()));
    }

    /// <summary>The name of a field or a symbol, escaped; dots in it are characters like any other.</summary>
    public string MemberName(string name) => name.Length > 0 ? AvroNames.Escape(name) : throw EmptyName();

    /// <summary>A name with dots is a full one; both parts come back escaped.</summary>
    private static (string Simple, string? Space) Split(string text)
    {
        int dot = text.LastIndexOf('.');
        string simple = text[(dot + 1)..];
        return (simple.Length == 0 ? "" : AvroNames.Escape(simple), dot < 0 ? null : EscapeSpace(text[..dot]));
    }

    private static string EscapeSpace(string space) =>
        string.Join('.', space.Split('.').Select(part => part.Length == 0 ? "" : AvroNames.Escape(part)));

    // Apache.Avro writes it out for every name in it.
    private string SpaceAround() => Space.Length <= AvroLimits.NamespaceLength
        ? Space
        : throw place.Refuse($"The namespace {ForeignText.Quote(Space)} around a name has {Space.Length} characters; the limit is "
            + $"{AvroLimits.NamespaceLength}, for names that do not spell it out");

    private AvroSchemaException EmptyName() => place.Refuse("A name is empty");
}
