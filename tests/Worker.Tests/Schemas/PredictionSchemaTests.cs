using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Schemas;

namespace Worker.Tests.Schemas;

/// <summary>prediction.schema.json says of labels in JSON what prediction.avsc says of them in Avro, field by field.</summary>
public sealed class PredictionSchemaTests
{
    private const string OfTime = " Milliseconds since 1970.";

    internal static JsonElement Published { get; } =
        Vectors.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "src", "Schemas", "prediction.schema.json")));

    [Fact]
    public void It_is_the_Avro_schema_in_other_words()
    {
        JsonObject published = JsonNode.Parse(Published.GetRawText())!.AsObject(), avro = JsonNode.Parse(Prediction.SchemaText)!.AsObject();
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)published["$schema"]);
        Assert.Equal((string?)avro["name"], (string?)published["title"]);
        foreach (string own in (string[])["$schema", "$id", "title"]) published.Remove(own);
        JsonObject expected = With(Of(avro), avro["doc"]);
        Assert.True(JsonNode.DeepEquals(expected, published), $"expected {expected.ToJsonString()}\nfound {published.ToJsonString()}");
        Assert.Equal(avro["fields"]!.AsArray().Select(field => (string?)field!["name"]),
            published["properties"]!.AsObject().Select(property => property.Key));
    }

    [Theory]
    [InlineData("label", null, "$ lacks label")]
    [InlineData("label", "null", "$.label is Null, not string")]
    [InlineData("mode", "\"Teacher\"", "$.mode is none of the enum")]
    [InlineData("tokens", "\"12\"", "$.tokens is String, not integer")]
    [InlineData("tokens", "12.5", "$.tokens is Number, not integer")]
    [InlineData("exit", "7", "$.exit is Number, not string or null")]
    [InlineData("scores", """[{"label":"ham","score":1},{"label":"spam"}]""", "$.scores[1] lacks score")]
    [InlineData("fields", """{"language":null}""", "$.fields.language is Null, not string")]
    [InlineData("a_field_of_a_later_version", "1", null)]
    public void The_check_by_it_finds_what_is_no_label(string field, string? value, string? fault)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        PredictionJson.Write(RecordsTests.CreatePrediction(), output);
        JsonObject label = JsonNode.Parse(output.WrittenSpan)!.AsObject();
        if (value is null) label.Remove(field);
        else label[field] = JsonNode.Parse(value);
        string[] expected = fault is null ? [] : [fault];
        Assert.Equal(expected, JsonSchemaCheck.Faults(Published, Vectors.Parse(label.ToJsonString())));
    }

    [Fact]
    public void The_check_passes_over_no_keyword_that_it_does_not_know() => Assert.Throws<NotSupportedException>(() =>
        JsonSchemaCheck.Faults(Vectors.Parse("""{"type":"string","pattern":"a"}"""), Vectors.Parse("\"b\"")));

    /// <summary>The JSON Schema of an Avro type.</summary>
    private static JsonObject Of(JsonNode type) => type switch
    {
        JsonArray union => OrNull(Of(Assert.Single(union, branch => branch is not JsonValue name || (string?)name != "null")!)),
        JsonObject => (string?)type["type"] switch
        {
            "record" => Record(type["fields"]!.AsArray()),
            "array" => new JsonObject { ["type"] = "array", ["items"] = Of(type["items"]!) },
            "map" => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(type["values"]!) },
            "enum" => new JsonObject { ["type"] = "string", ["enum"] = type["symbols"]!.DeepClone() },
            _ => Of(type["type"]!),
        },
        _ => new JsonObject
        {
            ["type"] = (string?)type switch
            {
                "string" => "string",
                "boolean" => "boolean",
                "int" or "long" => "integer",
                "float" or "double" => "number",
                var other => throw new NotSupportedException($"prediction.avsc has a {other}; say here what it is in JSON."),
            },
        },
    };

    private static JsonObject Record(JsonArray fields) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(fields.Select(field =>
        {
            bool isTime = field!["type"]!.ToJsonString().Contains("timestamp-millis", StringComparison.Ordinal);
            string? doc = isTime ? (string?)field["doc"] + OfTime : (string?)field["doc"];
            return KeyValuePair.Create<string, JsonNode?>((string)field["name"]!, With(Of(field["type"]!), doc));
        })),
        ["required"] = new JsonArray([.. fields.Select(field => field!["name"]!.DeepClone())]),
    };

    private static JsonObject OrNull(JsonObject schema)
    {
        schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
        return schema;
    }

    private static JsonObject With(JsonObject schema, JsonNode? description)
    {
        if (description is not null) schema["description"] = description.DeepClone();
        return schema;
    }
}
