using System.Text.Json;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents.Avro;

public sealed class SchemaReaderTests
{
    [Fact]
    public void Every_schema_with_a_canonical_form_is_read_and_Apache_Avro_finds_the_same_form()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/canonical.jsonl"))
        {
            var schema = SchemaReader.Read(line.GetProperty("schema").GetRawText()).Root;
            Assert.Equal(line.GetProperty("canonical").GetString(), global::Avro.SchemaNormalization.ToParsingForm(schema));
            count++;
        }

        Assert.Equal(75, count);
    }

    /// <summary>Reading needs names and types. What is wrong beside them does no harm, and real writers get it wrong.</summary>
    [Fact]
    public void Of_the_bad_schemas_those_are_read_whose_fault_does_not_matter_to_reading()
    {
        string[] read = [.. Vectors.Lines("avro/bad-schemas.jsonl").Where(line =>
            Record.Exception(() => SchemaReader.Read(line.GetProperty("schema_text").GetString()!)) switch
        {
            null => true,
            AvroSchemaException => false,
            { } other => throw other,
        }).Select(line => line.GetProperty("why").GetString()!)];
        Assert.Equal(ReadAllTheSame.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_schema_of_the_value_vectors_is_parsed() =>
        Assert.All(Vectors.Lines("avro/values.jsonl.gz"), line => SchemaReader.Read(line.GetProperty("schema").GetRawText()));

    [Theory]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"y","type":{"type":"array","items":"Lost"}}]}""",
        "$.fields[1].type.items", "\"Lost\"")]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"x","type":"int"}]}""", "$.fields",
        "x is a duplicate name")]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"type":"int"}]}""", "$.fields[1]",
        "\"name\" is missing")]
    [InlineData("""["null",["int"]]""", "$", "union")]
    [InlineData("""{"type":"int" """, "line 1", "JSON")]
    public void A_refusal_says_what_is_wrong_and_where(string text, string where, string what)
    {
        AvroSchemaException exception = Assert.Throws<AvroSchemaException>(() => SchemaReader.Read(text));
        Assert.Contains(where, exception.Message, StringComparison.Ordinal);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"A","default":{}}]}""")] // needs itself
    [InlineData("""
        {"type":"record","name":"Doc","fields":[{"name":"n","type":{"type":"enum","name":"E","symbols":["A","B"]},"default":"C"}]}
        """)]
    [InlineData("""{"type":"record","name":"Doc","fields":[{"name":"n","type":"long","default":0.0}]}""")]
    [InlineData("""{"type":"record","name":"Doc","fields":[{"name":"n","type":"int","aliases":["old-name"]}]}""")]
    [InlineData("""{"type":"record","name":"Value","namespace":"web-shop.core.tickets","fields":[]}""")]
    [InlineData("""{"type":"record","name":"Outer$Inner","fields":[{"name":"next","type":["null","Outer$Inner"]}]}""")]
    [InlineData("""{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}""")]
    public void What_reading_does_not_need_is_not_looked_at(string text) => SchemaReader.Read(text);

    [Fact]
    public void A_name_is_looked_up_in_the_namespace_around_it_then_outside_of_any()
    {
        var record = (global::Avro.RecordSchema)SchemaReader.Read("""
            {"type":"record","name":"R","fields":[{"name":"outside","type":{"type":"fixed","name":"F","size":1}},
              {"name":"r","type":{"type":"record","name":"a-b.c.R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":2}},
                {"name":"again","type":"F"},{"name":"own","type":"a-b.c.F"},
                {"name":"none","type":{"type":"record","name":"N","namespace":"x","fields":[{"name":"f","type":"F"}]}}]}}]}
            """).Root;
        var inner = (global::Avro.RecordSchema)record["r"].Schema;
        Assert.Same(inner["f"].Schema, inner["again"].Schema);
        Assert.Same(inner["f"].Schema, inner["own"].Schema);
        Assert.Same(record["outside"].Schema, ((global::Avro.RecordSchema)inner["none"].Schema)["f"].Schema);
        Assert.Equal("a-b.c.F", AvroNames.Of(inner["f"].Schema));
    }

    [Fact]
    public void The_named_types_of_other_texts_are_known_in_their_order()
    {
        string[] others =
        [
            """{"type":"enum","name":"shop.Kind","symbols":["A"]}""",
            """{"type":"record","name":"Person","namespace":"shop","fields":[{"name":"kind","type":"Kind"}]}""",
        ];
        const string text = """{"type":"record","name":"Doc","fields":[{"name":"who","type":["null","shop.Person"],"default":null}]}""";
        var who = (global::Avro.UnionSchema)((global::Avro.RecordSchema)SchemaReader.Read(text, others).Root)["who"].Schema;
        Assert.Equal("shop.Kind", AvroNames.Of(((global::Avro.RecordSchema)who[1])["kind"].Schema));
        AvroSchemaException wrongOrder = Assert.Throws<AvroSchemaException>(() => SchemaReader.Read(text, [others[1], others[0]]));
        Assert.StartsWith("Of the 2 schemas that it refers to, number 1 cannot be read: \"Kind\" is neither", wrongOrder.Message,
            StringComparison.Ordinal);
    }

    private const string Common = """{"type":"record","name":"c.Common","fields":[{"name":"x","type":["null",{"type":"array","items":"""
        + """{"type":"bytes","logicalType":"decimal","precision":4}}]},{"name":"self","type":{"type":"map","values":"Common"}},"""
        + """{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},"""
        + """{"name":"hash","type":{"type":"fixed","name":"Hash","size":4}}]}""";

    /// <summary>Two subjects may each spell out a third's type, and so may a schema that refers to it.</summary>
    [Fact]
    public void What_two_texts_define_alike_is_one_type()
    {
        string again = Common.Replace("\"name\":\"x\"", "\"name\":\"x\",\"doc\":\"v2\",\"default\":null", StringComparison.Ordinal);
        string root = """{"type":"record","name":"Root","fields":[{"name":"a","type":"c.Common"},{"name":"b","type":""" + again + "}]}";
        WriterType type = SchemaReader.Read(root, [Common, again]);
        var record = (global::Avro.RecordSchema)type.Root;
        Assert.Same(record["a"].Schema, record["b"].Schema);
        Assert.NotNull(Projection.Compile(type, ["b.kind"]));
    }

    [Theory]
    [InlineData("\"name\":\"x\"", "\"name\":\"y\"")]
    [InlineData("\"bytes\"", "\"string\"")]
    [InlineData("\"precision\":4", "\"precision\":5")]
    [InlineData("\"null\",", "")]
    [InlineData("\"array\",\"items\"", "\"map\",\"values\"")]
    [InlineData("\"values\":\"Common\"", "\"values\":\"int\"")]
    [InlineData("\"A\",\"B\"", "\"B\",\"A\"")]
    [InlineData("\"size\":4", "\"size\":5")]
    [InlineData(",{\"name\":\"self\",\"type\":{\"type\":\"map\",\"values\":\"Common\"}}", "")]
    public void What_two_texts_define_otherwise_is_refused(string before, string after)
    {
        string other = Common.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(Common, other);
        AvroSchemaException refused = Assert.Throws<AvroSchemaException>(() => SchemaReader.Read(other, [Common]));
        Assert.Contains("is defined twice, and not alike", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_text_defines_a_name_once() => Assert.Contains("is defined twice",
        Assert.Throws<AvroSchemaException>(() => SchemaReader.Read($"[{Common},{Common}]")).Message, StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_in_a_schema_is_refused() =>
        Assert.Throws<AvroSchemaException>(() => SchemaReader.Read("""{"type":"enum","name":"A","symbols":["\ud800"]}"""));

    private static readonly string[] ReadAllTheSame =
    [
        "bad symbol: starts with a digit", "bad symbol: dash", "bad name: starts with a digit", "bad name: space", "bad name: dash",
        "bad name: two dots", "bad namespace", "bad name: NUL", "bad name: dollar", "bad field name: space", "bad field name: dot",
        "named like a primitive",
        "enum default is no symbol", "unknown order", "field aliases is no array", "aliases is no array", "bad alias",
        "default of wrong type: string for int", "default of wrong type: fraction for int", "default out of range for int",
        "default of wrong type: null for int", "default of wrong type: number for string", "default of wrong type: string for boolean",
        "default of wrong type: number for null", "default of wrong type: array for bytes", "default with an item of wrong type",
        "default of wrong type: array for map", "default that fits no branch", "default of wrong type: number for enum",
        "record default that lacks a field",
    ];
}
