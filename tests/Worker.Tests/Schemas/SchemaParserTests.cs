using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas;

public sealed class SchemaParserTests
{
    [Fact]
    public void Every_canonical_form_and_fingerprint_of_the_vectors_is_reproduced()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/canonical.jsonl"))
        {
            string canonical = CanonicalForm.Of(SchemaParser.Parse(line.GetProperty("schema").GetRawText()));
            Assert.Equal(line.GetProperty("canonical").GetString(), canonical);
            Assert.Equal(line.GetProperty("crc64_avro_long").GetString(), ((long)Fingerprint.Crc64(canonical)).ToString());
            Assert.Equal(line.GetProperty("sha256").GetString(), Convert.ToHexStringLower(Fingerprint.Sha256(canonical)));
            count++;
        }

        Assert.Equal(75, count);
    }

    [Fact]
    public void Every_bad_schema_of_the_vectors_is_refused()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/bad-schemas.jsonl"))
        {
            string text = line.GetProperty("schema_text").GetString()!;
            Assert.True(Record.Exception(() => SchemaParser.Parse(text)) is AvroSchemaException, $"{line.GetProperty("why")}: {text[..Math.Min(200, text.Length)]}");
            count++;
        }

        Assert.Equal(99, count);
    }

    [Fact]
    public void Every_schema_of_the_value_vectors_is_parsed() =>
        Assert.All(Vectors.Lines("avro/values.jsonl.gz"), line => SchemaParser.Parse(line.GetProperty("schema").GetRawText()));

    [Theory]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"y","type":{"type":"array","items":"Lost"}}]}""", "$.fields[1].type.items", "\"Lost\"")]
    [InlineData("""{"type":"record","name":"A","fields":[{"name":"x","type":"int","default":"one"}]}""", "$.fields[0]", "\"one\" is no int")]
    [InlineData("""["null",["int"]]""", "$[1]", "union")]
    [InlineData("""{"type":"int" """, "line 1", "JSON")]
    public void A_refusal_says_what_is_wrong_and_where(string text, string where, string what)
    {
        AvroSchemaException exception = Assert.Throws<AvroSchemaException>(() => SchemaParser.Parse(text));
        Assert.Contains(where, exception.Message, StringComparison.Ordinal);
        Assert.Contains(what, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_default_that_needs_itself_is_refused() => Assert.Contains("own default", Assert.Throws<AvroSchemaException>(() => SchemaParser.Parse(
        """{"type":"record","name":"A","fields":[{"name":"x","type":"A","default":{}}]}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_default_that_doubles_at_each_level_is_refused_soon()
    {
        string records = """{"type":"record","name":"R0","fields":[]}""";
        for (int i = 1; i < 40; i++)
            records += """,{"type":"record","name":"Rn","fields":[{"name":"a","type":"Rm","default":{}},{"name":"b","type":"Rm","default":{}}]}""".Replace("Rn", $"R{i}").Replace("Rm", $"R{i - 1}");
        Assert.Contains("values", Assert.Throws<AvroSchemaException>(() => SchemaParser.Parse($"[{records}]")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_schema_is_refused() =>
        Assert.Throws<AvroSchemaException>(() => SchemaParser.Parse("""{"type":"enum","name":"A","symbols":["\ud800"]}"""));
}
