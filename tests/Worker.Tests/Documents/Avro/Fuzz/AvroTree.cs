using System.Text.Json;
using Avro;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>What a path leads to in the JSON of a payload, found step by step beside its schema.</summary>
internal static class AvroTree
{
    /// <summary>
    /// The texts of strings, enums and numbers at the end of a path, in their order; null where it meets bytes, a logical type, or a key
    /// twice in one map, which JSON shows otherwise.
    /// </summary>
    public static List<string>? TextsOf(WriterType writer, JsonElement json, string path)
    {
        List<(Schema Schema, JsonElement Json)> places = [.. Branch(writer.Root, json)];
        foreach (PathStep step in FieldPath.Parse(path).Steps)
        {
            List<(Schema Schema, JsonElement Json)> next = [];
            foreach ((Schema schema, JsonElement value) in places)
            {
                if (schema is MapSchema && HasTwice(value)) return null;
                foreach ((Schema inner, JsonElement found) in Behind(schema, value, step)) next.AddRange(Branch(inner, found));
            }

            places = next;
        }

        List<string> texts = [];
        foreach ((Schema schema, JsonElement value) in places.Where(place => PathTarget.IsText(place.Schema)))
        {
            if (schema is FixedSchema || schema.Tag == Schema.Type.Bytes || writer.Logical.ContainsKey(schema)) return null;
            texts.Add(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        }

        return texts;
    }

    private static IEnumerable<(Schema Schema, JsonElement Json)> Behind(Schema schema, JsonElement value, PathStep step) =>
        (schema, step.Kind) switch
        {
            (RecordSchema record, PathStepKind.Name) when record.TryGetField(AvroNames.Escape(step.Name), out Field field) =>
                [(field.Schema, value.GetProperty(step.Name))],
            (MapSchema map, PathStepKind.Name) => value.EnumerateObject().Where(entry => entry.Name == step.Name)
                .Select(entry => (map.ValueSchema, entry.Value)),
            (MapSchema map, PathStepKind.Values) => value.EnumerateObject().Select(entry => (map.ValueSchema, entry.Value)),
            (ArraySchema array, PathStepKind.Elements) => value.EnumerateArray().Select(element => (array.ItemSchema, element)),
            _ => [],
        };

    // A union's value is null, or an object of the branch's name.
    private static IEnumerable<(Schema Schema, JsonElement Json)> Branch(Schema schema, JsonElement json)
    {
        if (schema is not UnionSchema union) return [(schema, json)];
        if (json.ValueKind == JsonValueKind.Null) return [];
        JsonProperty tagged = json.EnumerateObject().Single();
        return [(union.Schemas.First(branch => AvroNames.Of(branch) == tagged.Name), tagged.Value)];
    }

    private static bool HasTwice(JsonElement map) => map.EnumerateObject().GroupBy(entry => entry.Name).Any(group => group.Count() > 1);
}
