using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>JSON to values by a schema; what the JSON encoding and the defaults of fields have in common.</summary>
/// <remarks>The two differ where a union or a record stands: the JSON encoding names the branch and gives each field, a default does neither.</remarks>
internal abstract class JsonValueReader
{
    private int _depth;
    private FieldTrail _trail = new();
    private string _reason = "";

    /// <summary>What did not fit, and where in the value.</summary>
    public string Problem => _trail.ToString() is { Length: > 0 } path ? $"in {path}, {_reason}" : _reason;

    /// <summary>Reads <paramref name="json"/> as a value of <paramref name="schema"/>; false with <see cref="Problem"/> set when it is none.</summary>
    public bool TryRead(JsonElement json, Schema schema, out AvroValue value)
    {
        value = default;
        if (schema.Nests && _depth == AvroLimits.ValueDepth) return Fail($"values nest deeper than {AvroLimits.ValueDepth}");
        if (!Admit()) return false;
        _depth++;
        bool read = schema switch
        {
            UnionSchema union => TryReadUnion(json, union, out value),
            RecordSchema record => json.ValueKind == JsonValueKind.Object ? TryReadRecord(json, record, out value) : Mismatch(json, schema),
            ArraySchema array => TryReadArray(json, array, out value),
            MapSchema map => TryReadMap(json, map, out value),
            _ => JsonScalar.TryRead(json, schema, out value) || Mismatch(json, schema),
        };
        _depth--;
        return read;
    }

    /// <summary>Finds the branch of a union and reads its value.</summary>
    protected abstract bool TryReadUnion(JsonElement json, UnionSchema union, out AvroValue value);

    /// <summary>Stands in for a field that the object lacks.</summary>
    protected abstract bool TryReadMissing(RecordField field, out AvroValue value);

    /// <summary>Looks at an object before its fields are read.</summary>
    protected virtual bool CheckObject(JsonElement json, RecordSchema record) => true;

    /// <summary>Counts a value; false with <see cref="Problem"/> set when there are too many.</summary>
    protected virtual bool Admit() => true;

    /// <summary>Sets the problem, at the place where the reader stands.</summary>
    protected bool Fail(string reason)
    {
        _reason = reason;
        _trail = new FieldTrail();
        return false;
    }

    private bool TryReadRecord(JsonElement json, RecordSchema record, out AvroValue value)
    {
        value = default;
        if (!CheckObject(json, record)) return false;
        var values = new AvroValue[record.Fields.Count];
        foreach (RecordField field in record.Fields)
        {
            bool read = json.TryGetProperty(field.Name, out JsonElement child)
                ? TryRead(child, field.Type, out values[field.Position])
                : TryReadMissing(field, out values[field.Position]);
            if (read) continue;
            _trail.InField(field.Name);
            return false;
        }

        value = AvroValue.Of(values);
        return true;
    }

    private bool TryReadArray(JsonElement json, ArraySchema array, out AvroValue value)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Array) return Mismatch(json, array);
        var items = new AvroValue[json.GetArrayLength()];
        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            if (!TryRead(item, array.Items, out items[index]))
            {
                _trail.InItem(index);
                return false;
            }

            index++;
        }

        value = AvroValue.Of(items);
        return true;
    }

    private bool TryReadMap(JsonElement json, MapSchema map, out AvroValue value)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Object) return Mismatch(json, map);
        var entries = new KeyValuePair<string, AvroValue>[json.GetPropertyCount()];
        int count = 0;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!JsonScalar.TryGetName(property, out string key)) return Fail("a key holds half a surrogate pair");
            if (!TryRead(property.Value, map.Values, out AvroValue item))
            {
                _trail.InKey(key);
                return false;
            }

            entries[count++] = new(key, item);
        }

        value = AvroValue.Of(entries);
        return true;
    }

    private bool Mismatch(JsonElement json, Schema schema) => Fail($"{JsonScalar.Describe(json)} is no {schema}");
}
