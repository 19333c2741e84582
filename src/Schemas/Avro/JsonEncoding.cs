using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>The specification's JSON form of values, for tools and tests.</summary>
/// <remarks>
/// Avro 1.12 specification, "JSON Encoding": a union's value is null or an object of one property named after its branch; bytes and fixed are strings whose code points
/// are the bytes. NaN and the infinities, which JSON lacks, are the strings <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>.
/// </remarks>
internal static class JsonEncoding
{
    private const int LongestNumber = 32;

    /// <summary>Reads <paramref name="json"/> as a value of <paramref name="schema"/>; on false, <paramref name="problem"/> says what does not fit, and where.</summary>
    public static bool TryRead(JsonElement json, Schema schema, out AvroValue value, out string problem)
    {
        var reader = new TaggedReader();
        bool read = reader.TryRead(json, schema, out value);
        problem = read ? "" : reader.Problem;
        return read;
    }

    /// <summary>Writes <paramref name="value"/>, which is of <paramref name="schema"/>.</summary>
    public static void Write(Utf8JsonWriter output, AvroValue value, Schema schema)
    {
        switch (schema)
        {
            case UnionSchema union:
                WriteUnion(output, value, union.Branches[value.Branch]);
                break;
            case RecordSchema record:
                output.WriteStartObject();
                foreach (RecordField field in record.Fields)
                {
                    output.WritePropertyName(field.Name);
                    Write(output, value.AsItems[field.Position], field.Type);
                }

                output.WriteEndObject();
                break;
            case ArraySchema array:
                output.WriteStartArray();
                foreach (AvroValue item in value.AsItems) Write(output, item, array.Items);
                output.WriteEndArray();
                break;
            case MapSchema map:
                output.WriteStartObject();
                foreach ((string key, AvroValue item) in value.AsEntries)
                {
                    output.WritePropertyName(key);
                    Write(output, item, map.Values);
                }

                output.WriteEndObject();
                break;
            default:
                WriteScalar(output, value, schema);
                break;
        }
    }

    private static void WriteUnion(Utf8JsonWriter output, AvroValue value, Schema branch)
    {
        if (branch.Kind == SchemaKind.Null)
        {
            output.WriteNullValue();
            return;
        }

        output.WriteStartObject();
        output.WritePropertyName(branch.TypeName);
        Write(output, value, branch);
        output.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter output, AvroValue value, Schema schema)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Null:
                output.WriteNullValue();
                break;
            case SchemaKind.Boolean:
                output.WriteBooleanValue(value.AsBoolean);
                break;
            case SchemaKind.Int or SchemaKind.Long:
                output.WriteNumberValue(value.Bits);
                break;
            case SchemaKind.Float:
                WriteNumber(output, value.AsFloat, value.AsFloat);
                break;
            case SchemaKind.Double:
                WriteNumber(output, value.AsDouble, value.AsDouble);
                break;
            case SchemaKind.String:
                output.WriteStringValue(value.AsString);
                break;
            case SchemaKind.Enum:
                output.WriteStringValue(((EnumSchema)schema).Symbols[(int)value.Bits]);
                break;
            default:
                output.WriteStringValue(Encoding.Latin1.GetString(value.AsBytes));
                break;
        }
    }

    // The fewest digits that read back as the same float or double, with ".0" where none would show that it is one; a bare -0 would lose its sign in integer readers.
    private static void WriteNumber<T>(Utf8JsonWriter output, T number, double value)
        where T : ISpanFormattable
    {
        if (!double.IsFinite(value))
        {
            output.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
            return;
        }

        Span<char> text = stackalloc char[LongestNumber];
        number.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny('.', 'E') < 0) length += ".0".TryCopyTo(text[length..]) ? 2 : 0;
        output.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary>Values as the JSON encoding has them: unions name their branch, records give every field and no other.</summary>
    private sealed class TaggedReader : JsonValueReader
    {
        protected override bool TryReadUnion(JsonElement json, UnionSchema union, out AvroValue value)
        {
            value = default;
            string? name = json.ValueKind == JsonValueKind.Null ? "null" : NameOf(json);
            if (name is null) return Fail($"{JsonScalar.Describe(json)} is no value of the union {union}; it takes null or an object with the branch's name, such as {{\"string\":\"x\"}}");
            for (int branch = 0; branch < union.Branches.Count; branch++)
            {
                if (union.Branches[branch].TypeName != name) continue;
                if (!TryRead(name == "null" ? json : json.GetProperty(name), union.Branches[branch], out value)) return false;
                value = value.InBranch(branch);
                return true;
            }

            return Fail($"the union {union} has no branch {JsonPlace.Quote(name)}");
        }

        protected override bool TryReadMissing(RecordField field, out AvroValue value)
        {
            value = default;
            return Fail("the field is missing");
        }

        protected override bool CheckObject(JsonElement json, RecordSchema record)
        {
            foreach (JsonProperty property in json.EnumerateObject())
                if (!JsonScalar.TryGetName(property, out string name) || record.Find(name) is null) return Fail($"{record.TypeName} has no field {JsonPlace.Quote(name)}");
            return true;
        }

        private static string? NameOf(JsonElement json) =>
            json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 1 && JsonScalar.TryGetName(json.EnumerateObject().First(), out string name) && name != "null" ? name : null;
    }
}
