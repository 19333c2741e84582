using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>Attributes of a schema's JSON objects, checked for their JSON type.</summary>
internal static class JsonAttributes
{
    /// <summary>The string attribute <paramref name="name"/>, or null when it is absent.</summary>
    public static string? Text(JsonElement json, string name, JsonPlace place)
    {
        if (!json.TryGetProperty(name, out JsonElement value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw place.Refuse($"\"{name}\" is {value.ValueKind}; it must be a string");
    }

    /// <summary>The array attribute <paramref name="name"/>, or null when it is absent.</summary>
    public static JsonElement? List(JsonElement json, string name, JsonPlace place)
    {
        if (!json.TryGetProperty(name, out JsonElement value)) return null;
        return value.ValueKind == JsonValueKind.Array ? value : throw place.Refuse($"\"{name}\" is {value.ValueKind}; it must be an array");
    }

    /// <summary>The attribute <paramref name="name"/> as an array of strings, each passed through <paramref name="convert"/>; none when it is absent.</summary>
    public static T[] Strings<T>(JsonElement json, string name, JsonPlace place, Func<string, T> convert)
    {
        if (List(json, name, place) is not JsonElement list) return [];
        var values = new T[list.GetArrayLength()];
        int count = 0;
        foreach (JsonElement element in list.EnumerateArray())
            values[count++] = element.ValueKind == JsonValueKind.String ? convert(element.GetString()!) : throw place.Refuse($"\"{name}\" holds {element.ValueKind}; it must hold strings");
        return values;
    }

    /// <summary>The logical type that <paramref name="json"/> gives to a type of <paramref name="kind"/>, or null; a wrong one is ignored, never refused.</summary>
    public static LogicalType? Logical(JsonElement json, SchemaKind kind, int size) =>
        json.TryGetProperty("logicalType", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? LogicalType.Find(name.GetString()!, kind, size, Number(json, "precision", null), Number(json, "scale", 0))
            : null;

    private static int? Number(JsonElement json, string name, int? absent)
    {
        if (!json.TryGetProperty(name, out JsonElement value)) return absent;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
    }
}
