using System.Text;
using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>JSON to the values that hold no others: primitives, enums, fixed.</summary>
internal static class JsonScalar
{
    /// <summary>Reads <paramref name="json"/> as a value of <paramref name="schema"/>; false when it is none.</summary>
    /// <remarks>Bytes and fixed are strings whose code points are the bytes. NaN and the infinities, which JSON lacks, are strings.</remarks>
    public static bool TryRead(JsonElement json, Schema schema, out AvroValue value)
    {
        value = default;
        switch (schema.Kind)
        {
            case SchemaKind.Null:
                return json.ValueKind == JsonValueKind.Null;
            case SchemaKind.Boolean:
                value = AvroValue.Of(json.ValueKind == JsonValueKind.True ? 1 : 0);
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False;
            case SchemaKind.Int:
                if (json.ValueKind != JsonValueKind.Number || !json.TryGetInt32(out int small)) return false;
                value = AvroValue.Of(small);
                return true;
            case SchemaKind.Long:
                if (json.ValueKind != JsonValueKind.Number || !json.TryGetInt64(out long large)) return false;
                value = AvroValue.Of(large);
                return true;
            case SchemaKind.Float:
                return TryReadFloat(json, out value);
            case SchemaKind.Double:
                return TryReadDouble(json, out value);
            case SchemaKind.Enum:
                if (!TryGetString(json, out string symbol)) return false;
                value = AvroValue.Of(((EnumSchema)schema).IndexOf(symbol));
                return value.Bits >= 0;
            case SchemaKind.String:
                if (!TryGetString(json, out string text)) return false;
                value = AvroValue.Of((object)text);
                return true;
            default:
                if (!TryGetString(json, out string latin) || latin.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff')) return false;
                if (schema is FixedSchema @fixed && latin.Length != @fixed.Size) return false;
                value = AvroValue.Of(Encoding.Latin1.GetBytes(latin));
                return true;
        }
    }

    /// <summary>The string of <paramref name="json"/>; false for other JSON and for half a surrogate pair, which is no text.</summary>
    public static bool TryGetString(JsonElement json, out string text)
    {
        text = "";
        if (json.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The name of <paramref name="property"/>; false for half a surrogate pair.</summary>
    public static bool TryGetName(JsonProperty property, out string name)
    {
        name = "";
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A short word on <paramref name="json"/> for messages.</summary>
    public static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Null => "null",
        _ => json.GetRawText() is { Length: > 60 } text ? $"{text.AsSpan(0, 60)}..." : json.GetRawText(),
    };

    private static bool TryReadFloat(JsonElement json, out AvroValue value)
    {
        if (json.ValueKind == JsonValueKind.Number)
        {
            bool read = json.TryGetSingle(out float number) && float.IsFinite(number);
            value = AvroValue.OfFloat(number);
            return read;
        }

        bool named = TryReadWord(json, out double word);
        value = AvroValue.OfFloat((float)word);
        return named;
    }

    private static bool TryReadDouble(JsonElement json, out AvroValue value)
    {
        bool read = json.ValueKind == JsonValueKind.Number ? json.TryGetDouble(out double number) && double.IsFinite(number) : TryReadWord(json, out number);
        value = AvroValue.OfDouble(number);
        return read;
    }

    // The NaN of .NET has its sign bit set; Java's, which other readers expect, has not.
    private static bool TryReadWord(JsonElement json, out double number)
    {
        number = 0;
        if (!TryGetString(json, out string word)) return false;
        number = word switch
        {
            "NaN" => BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_0000),
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => 0,
        };
        return number != 0;
    }
}
