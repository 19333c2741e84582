using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Inference.Models;

/// <summary>The section <c>graphs</c> of a manifest: those of roles that <see cref="GraphRole"/> knows.</summary>
/// <remarks>A bundle may hold graphs for programs newer than this one. They are passed over whatever stands there, so that it labels with
/// the rest; what a known role holds must be whole.</remarks>
internal sealed class KnownGraphs : JsonConverter<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>>
{
    public override IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Dictionary<string, IReadOnlyDictionary<string, string>> known = [];
        foreach ((string role, JsonElement graphs) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(ref reader, options)!)
        {
            if (GraphRole.IsKnown(role)) known[role] = graphs.Deserialize<Dictionary<string, string>>(options)!;
        }

        return known;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> value,
        JsonSerializerOptions options) => throw new NotSupportedException("Manifests are written by training/, not here.");
}
