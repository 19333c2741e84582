using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents;

/// <summary>What a path leads to in a tree of JSON nodes, found step by step.</summary>
internal static class JsonTree
{
    /// <summary>The texts, numbers and flags at the end of a path, in their order; null stands for an array or an object there.</summary>
    public static IEnumerable<string?> TextsOf(JsonNode tree, string path)
    {
        FieldPath parsed = FieldPath.Parse(path);
        IEnumerable<JsonNode?> nodes = [tree];
        foreach (PathStep step in parsed.Steps.ToArray()) nodes = [.. nodes.SelectMany(node => Behind(node, step))];
        return nodes.Where(node => node is not null).Select(node => node is JsonValue value ? Text(value) : null);
    }

    private static IEnumerable<JsonNode?> Behind(JsonNode? node, PathStep step) => (node, step.Kind) switch
    {
        (JsonObject holder, PathStepKind.Name) => holder.TryGetPropertyValue(step.Name, out JsonNode? value) ? [value] : [],
        (JsonObject holder, PathStepKind.Values) => holder.Select(property => property.Value),
        (JsonArray array, PathStepKind.Elements) => array,
        _ => [],
    };

    private static string Text(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetValue<int>().ToString(CultureInfo.InvariantCulture),
    };
}
