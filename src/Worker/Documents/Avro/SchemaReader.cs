using System.Text;
using System.Text.Json;
using Avro;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>A writer's schema as Apache.Avro's objects.</summary>
/// <param name="Root">The schema; names are those of <see cref="AvroNames.Escape"/>, logical types are taken off.</param>
/// <param name="Logical">The logical types that fit their types, by the very object that carries each.</param>
/// <param name="Use">Which of its types take no bytes.</param>
/// <param name="Defaulted">Its fields and enums that have a default, by the very object; the default itself may not fit.</param>
internal sealed record WriterType(
    Schema Root, IReadOnlyDictionary<Schema, LogicalType> Logical, ByteUse Use, IReadOnlySet<object> Defaulted);

/// <summary>Takes out of a schema's JSON what reading needs, names and types, and has Apache.Avro make its objects of that.</summary>
/// <remarks>
/// Defaults, aliases, orders, documentation and unknown attributes are passed over: they are for readers of another schema and for people,
/// and they are where real schemas break the specification most. The package's own parser is not shown text from outside: it stops at 64
/// levels, allocates up to 53 bytes for a character, and refuses a schema for what reading does not need (docs/decisions, 7).
/// </remarks>
internal sealed class SchemaReader
{
    private const int LongestReason = 240; // so that its place comes behind it

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AvroLimits.SchemaDepth };

    private readonly JsonPlace _place = new();
    private readonly DefinedTypes _types;
    private readonly Dictionary<Schema, LogicalType> _logical = new(ReferenceEqualityComparer.Instance);
    private readonly ByteUse _use = new();
    private readonly HashSet<object> _defaulted = new(ReferenceEqualityComparer.Instance);

    private SchemaReader() => _types = new DefinedTypes(_place);

    /// <summary>Reads a whole schema text.</summary>
    /// <exception cref="AvroSchemaException">The text is no JSON or no schema; the message says what is wrong and where.</exception>
    public static WriterType Read(string text) => Read(text, []);

    /// <summary>Reads a whole schema text, and before it those whose named types it uses.</summary>
    /// <param name="text">The schema.</param>
    /// <param name="referenced">The others, each behind those that it uses itself.</param>
    /// <inheritdoc cref="Read(string)"/>
    public static WriterType Read(string text, IReadOnlyList<string> referenced)
    {
        var reader = new SchemaReader();
        for (int i = 0; i < referenced.Count; i++)
        {
            try
            {
                reader.Whole(referenced[i]);
            }
            catch (AvroSchemaException exception)
            {
                throw new AvroSchemaException($"Of the {referenced.Count} schemas that it refers to, number {i + 1} cannot be read: "
                    + exception.Message, exception, exception.IsLimit);
            }
        }

        return new WriterType(reader.Whole(text), reader._logical, reader._use, reader._defaulted);
    }

    private Schema Whole(string text)
    {
        byte[] json = Encoding.UTF8.GetBytes(text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            _types.BeginText();
            return Any(document.RootElement);
        }
        catch (JsonException exception)
        {
            string where = $"at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            string what = $"The schema is no JSON that can be read (nesting is limited to {AvroLimits.SchemaDepth})";
            throw new AvroSchemaException($"{what}, {where}.", exception, isLimit: IsJson(json));
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement documents this one for a string with half a surrogate pair.
            throw new AvroSchemaException("The schema holds a string with half a surrogate pair.", exception);
        }
    }

    // However deep it nests: a reader of tokens keeps a bit for each level.
    private static bool IsJson(byte[] text)
    {
        try
        {
            Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private Schema Any(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Named(json.GetString()!),
        JsonValueKind.Array => Union(json),
        JsonValueKind.Object => Object(json),
        _ => throw _place.Refuse($"A schema is a name, an object or an array, not {json.ValueKind}"),
    };

    private Schema Named(string name) =>
        Schema.ParseType(name) is { } type and <= Schema.Type.String ? PrimitiveSchema.Create(type, null) : _types.Find(name);

    private Schema Object(JsonElement json)
    {
        string type = _place.Text(json, "type");
        switch (type)
        {
            case "record":
                return Record(json);
            case "enum":
                return Enum(json);
            case "fixed":
                return Fixed(json);
            case "array":
                return ArraySchema.Create(Child(json, "items"));
            case "map":
                return MapSchema.CreateMap(Child(json, "values"));
            default:
                Schema schema = Named(type);
                return schema is PrimitiveSchema ? Annotated(schema, json) : schema;
        }
    }

    private NamedSchema Record(JsonElement json)
    {
        (string name, string space) = _types.NameOf(json);
        JsonElement list = _place.List(json, "fields");
        NamedSchema? earlier = _types.Earlier(name, space);
        RecordSchema record = RecordSchema.Create(name, [], space);
        if (earlier is null) _types.Define(record); // before its fields, which may refer to it
        string outer = _types.Space;
        _types.Space = space;
        _place.Enter("fields");
        var fields = new List<Field>(list.GetArrayLength());
        List<int> defaulted = [];
        foreach (JsonElement field in list.EnumerateArray())
        {
            _place.Enter(fields.Count);
            if (field.ValueKind != JsonValueKind.Object) throw _place.Refuse($"A field is {field.ValueKind}; it must be an object");
            string simple = _types.MemberName(_place.Text(field, "name"));
            fields.Add(new Field(Child(field, "type"), simple, fields.Count));
            if (field.TryGetProperty("default", out _)) defaulted.Add(fields.Count - 1);
            _place.Leave();
        }

        if (fields.Count > 0) Try(() => record.Fields = fields);
        _place.Leave();
        _types.Space = outer;
        if (earlier is not null) return _types.Same(earlier, SameType.IsSame(earlier, record, _logical));
        foreach (int index in defaulted) _defaulted.Add(record.Fields[index]); // the record keeps copies of its fields
        _use.Settle(record);
        return record;
    }

    private NamedSchema Enum(JsonElement json)
    {
        (string name, string space) = _types.NameOf(json);
        JsonElement list = _place.List(json, "symbols");
        var symbols = new List<string>(list.GetArrayLength());
        foreach (JsonElement symbol in list.EnumerateArray())
        {
            if (symbol.ValueKind != JsonValueKind.String) throw _place.Refuse($"A symbol is {symbol.ValueKind}; it must be a string");
            symbols.Add(_types.MemberName(symbol.GetString()!));
        }

        EnumSchema schema = Try(() => EnumSchema.Create(name, symbols, space));
        if (_types.Earlier(name, space) is { } earlier) return _types.Same(earlier, SameType.IsSame(earlier, schema, _logical));
        _types.Define(schema);
        if (json.TryGetProperty("default", out _)) _defaulted.Add(schema);
        return schema;
    }

    private NamedSchema Fixed(JsonElement json)
    {
        (string name, string space) = _types.NameOf(json);
        JsonElement size = _place.Attribute(json, "size");
        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out int bytes) || bytes < 0)
            throw _place.Refuse($"The size {ForeignText.Quote(size.GetRawText())} is no whole number from 0 to {int.MaxValue}");
        FixedSchema schema = FixedSchema.Create(name, Math.Max(bytes, 1), space);
        schema.Size = bytes; // Create refuses 0, which the specification allows
        if (_types.Earlier(name, space) is not { } earlier) return Annotated(_types.Define(schema), json, bytes);
        return _types.Same(earlier, SameType.IsSame(earlier, Annotated(schema, json, bytes), _logical));
    }

    private UnionSchema Union(JsonElement json)
    {
        var branches = new List<Schema>(json.GetArrayLength());
        foreach (JsonElement branch in json.EnumerateArray())
        {
            _place.Enter(branches.Count);
            branches.Add(Any(branch));
            _place.Leave();
        }

        return Try(() => UnionSchema.Create(branches));
    }

    private Schema Child(JsonElement json, string name)
    {
        JsonElement child = _place.Attribute(json, name);
        _place.Enter(name);
        Schema schema = Any(child);
        _place.Leave();
        return schema;
    }

    // A logical type that is wrong or unknown is ignored, as the specification asks.
    private T Annotated<T>(T schema, JsonElement json, int size = 0)
        where T : Schema
    {
        if (!json.TryGetProperty("logicalType", out JsonElement name) || name.ValueKind != JsonValueKind.String) return schema;
        (int? precision, int? scale) = (JsonPlace.Number(json, "precision", null), JsonPlace.Number(json, "scale", 0));
        if (LogicalType.Find(name.GetString()!, schema.Tag, size, precision, scale) is { } logical) _logical.Add(schema, logical);
        return schema;
    }

    /// <summary>
    /// What Apache.Avro refuses (a field or symbol that stands twice, a union of what no union may hold) is refused with its place.
    /// </summary>
    private T Try<T>(Func<T> create)
    {
        try
        {
            return create();
        }
        catch (Exception refused) when (refused is AvroException or ArgumentException)
        {
            throw _place.Refuse(ForeignText.OneLine(AvroNames.Original(refused.Message), LongestReason));
        }
    }
}
