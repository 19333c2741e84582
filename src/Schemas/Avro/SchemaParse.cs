using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>What one parse knows so far: where it stands, the names defined, and the defaults to check once every type is whole.</summary>
internal sealed class SchemaParse
{
    private readonly Dictionary<SchemaName, NamedSchema> _names = [];
    private readonly Dictionary<RecordField, JsonElement> _pending = [];
    private readonly List<(RecordField Field, string Place)> _order = [];

    /// <summary>Where the parser stands.</summary>
    public JsonPlace Place { get; } = new();

    /// <summary>Namespace of the definition around, empty for none.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Adds a definition.</summary>
    public void Define(NamedSchema schema)
    {
        if (!_names.TryAdd(schema.Name, schema)) throw Place.Refuse($"{JsonPlace.Quote(schema.TypeName)} is defined twice");
    }

    /// <summary>The type defined as <paramref name="text"/>: in the namespace around, else outside of any, as the reference implementation looks it up.</summary>
    public NamedSchema Resolve(string text)
    {
        if (SchemaName.TryParse(text, Namespace, out SchemaName name)
            && (_names.TryGetValue(name, out NamedSchema? schema) || _names.TryGetValue(new SchemaName("", text), out schema)))
            return schema;
        throw Place.Refuse($"{JsonPlace.Quote(text)} is neither a type of Avro nor a name defined before");
    }

    /// <summary>Remembers a default to check when every type is known: it may be of a record that is still being read.</summary>
    public void Defer(RecordField field, JsonElement json)
    {
        _pending.Add(field, json);
        _order.Add((field, Place.ToString()));
    }

    /// <summary>Turns the defaults seen into values.</summary>
    public void SettleDefaults()
    {
        var defaults = new DefaultReader(_pending);
        foreach ((RecordField field, string place) in _order)
            if (!defaults.TrySettle(field)) throw new AvroSchemaException($"The default of {JsonPlace.Quote(field.Name)} does not fit its type: {defaults.Problem}, at {place}.");
    }
}
