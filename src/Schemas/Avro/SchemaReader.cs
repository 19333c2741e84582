using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>One JSON element of a schema to one type: names, unions and the unnamed complex types; definitions go to <see cref="DefinitionReader"/>.</summary>
internal sealed class SchemaReader
{
    private readonly SchemaParse _parse;
    private readonly DefinitionReader _definitions;

    public SchemaReader(SchemaParse parse)
    {
        _parse = parse;
        _definitions = new DefinitionReader(parse, this);
    }

    /// <summary>Reads <paramref name="json"/>, which stands at the parse's place.</summary>
    public Schema Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Named(json.GetString()!),
        JsonValueKind.Array => Union(json),
        JsonValueKind.Object => Object(json),
        _ => throw _parse.Place.Refuse($"A schema is a name, an object or an array, not {json.ValueKind}"),
    };

    private Schema Named(string name) => PrimitiveSchema.KindOf(name) is SchemaKind kind ? PrimitiveSchema.Of(kind) : _parse.Resolve(name);

    private Schema Object(JsonElement json)
    {
        string type = JsonAttributes.Text(json, "type", _parse.Place) ?? throw _parse.Place.Refuse("The schema has no \"type\"");
        switch (type)
        {
            case "record":
                return _definitions.Record(json);
            case "enum":
                return _definitions.Enum(json);
            case "fixed":
                return _definitions.Fixed(json);
            case "array":
                return new ArraySchema(Child(json, "items"));
            case "map":
                return new MapSchema(Child(json, "values"));
            default:
                if (PrimitiveSchema.KindOf(type) is not SchemaKind kind) return _parse.Resolve(type);
                LogicalType? logical = JsonAttributes.Logical(json, kind, 0);
                return logical is null ? PrimitiveSchema.Of(kind) : new PrimitiveSchema(kind, logical);
        }
    }

    /// <summary>Reads the schema that stands as attribute <paramref name="name"/> of <paramref name="json"/>.</summary>
    public Schema Child(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out JsonElement child)) throw _parse.Place.Refuse($"\"{name}\" is missing");
        _parse.Place.Enter(name);
        Schema schema = Read(child);
        _parse.Place.Leave();
        return schema;
    }

    private UnionSchema Union(JsonElement json)
    {
        var branches = new Schema[json.GetArrayLength()];
        var seen = new HashSet<string>(branches.Length, StringComparer.Ordinal);
        int index = 0;
        foreach (JsonElement element in json.EnumerateArray())
        {
            _parse.Place.Enter(index);
            Schema branch = Read(element);
            if (branch is UnionSchema) throw _parse.Place.Refuse("A union stands directly in a union");
            if (!seen.Add(branch.TypeName)) throw _parse.Place.Refuse($"The union has {JsonPlace.Quote(branch.TypeName)} twice");
            branches[index++] = branch;
            _parse.Place.Leave();
        }

        return new UnionSchema(branches);
    }
}
