using System.Text.Json;

namespace TestKit;

/// <summary>The part of JSON Schema (draft 2020-12) that our schemas use, written from its text and not from our writers.</summary>
/// <remarks>A keyword that it does not know is a fault of the test: passed over, it would let anything through.</remarks>
internal static class JsonSchemaCheck
{
    /// <summary>What is wrong with a value, each with its place; empty where it is valid.</summary>
    /// <exception cref="NotSupportedException">The schema has a keyword that is not known here.</exception>
    public static string[] Faults(JsonElement schema, JsonElement value) => [.. Of(schema, value, "$")];

    private static IEnumerable<string> Of(JsonElement schema, JsonElement value, string place) =>
        schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
        {
            "$schema" or "$id" or "title" or "description" => [],
            "type" => OfType(keyword.Value, value, place),
            "enum" => keyword.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)) ? [] : [$"{place} is none of the enum"],
            "items" => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, index) => Of(keyword.Value, item, $"{place}[{index}]")) : [],
            "properties" => Members(value).Where(member => keyword.Value.TryGetProperty(member.Name, out _))
                .SelectMany(member => Of(keyword.Value.GetProperty(member.Name), member.Value, $"{place}.{member.Name}")),
            "additionalProperties" => Members(value).Where(member => !IsNamed(schema, member.Name))
                .SelectMany(member => Of(keyword.Value, member.Value, $"{place}.{member.Name}")),
            "required" => keyword.Value.EnumerateArray().Select(name => name.GetString()!)
                .Where(name => value.ValueKind == JsonValueKind.Object && !value.TryGetProperty(name, out _))
                .Select(name => $"{place} lacks {name}"),
            var other => throw new NotSupportedException($"The schema has the keyword {other}, which this check does not know."),
        });

    private static IEnumerable<string> OfType(JsonElement types, JsonElement value, string place)
    {
        string[] allowed = types.ValueKind == JsonValueKind.Array ? [.. types.EnumerateArray().Select(type => type.GetString()!)]
            : [types.GetString()!];
        return allowed.Any(type => Is(type, value)) ? [] : [$"{place} is {value.ValueKind}, not {string.Join(" or ", allowed)}"];
    }

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "string" => value.ValueKind == JsonValueKind.String,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new NotSupportedException($"The schema has the type {type}, which there is not."),
    };

    private static JsonElement.ObjectEnumerator Members(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    private static bool IsNamed(JsonElement schema, string name) =>
        schema.TryGetProperty("properties", out JsonElement named) && named.TryGetProperty(name, out _);
}
