using System.Text.Json;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents.Avro;

public sealed class LogicalTextTests
{
    [Fact]
    public void Every_logical_value_of_the_vectors_is_given_as_text()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/values.jsonl.gz").Where(l => l.TryGetProperty("logical", out _)))
        {
            WriterType schema = SchemaReader.Read(line.GetProperty("schema").GetRawText());
            JsonElement told = line.GetProperty("logical");
            string expected = told.ValueKind == JsonValueKind.String
                ? told.GetString()!
                : told.GetRawText().Replace(",", ", ", StringComparison.Ordinal).Replace(",  ", ", ", StringComparison.Ordinal);
            Assert.Equal(expected, Payloads.Text(schema, "", Vectors.Bytes(line, "hex")));
            count++;
        }

        Assert.InRange(count, 50, 461);
    }

    [Fact]
    public void A_logical_type_that_does_not_fit_is_ignored() => Assert.All(
        Vectors.Lines("avro/values.jsonl.gz").Where(l =>
            l.GetProperty("name").GetString()!.StartsWith("logical_ignored", StringComparison.Ordinal)),
        line => Assert.Empty(SchemaReader.Read(line.GetProperty("schema").GetRawText()).Logical));

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(1, 3, false)]
    [InlineData(8, 18, true)]
    [InlineData(8, 19, false)]
    public void A_decimal_needs_a_fixed_that_holds_its_digits(int size, int precision, bool fits) => Assert.Equal(fits,
        SchemaReader.Read($$"""{"type":"fixed","name":"D","size":{{size}},"logicalType":"decimal","precision":{{precision}}}""")
            .Logical.Count == 1);

    [Fact]
    public void A_year_beyond_9999_is_given_as_its_number() => Assert.Equal("9223372036854775807", Payloads.Text(
        SchemaReader.Read("""{"type":"long","logicalType":"timestamp-millis"}"""), "", Payloads.Of(w => w.WriteLong(long.MaxValue))));

    /// <summary>1.27 was the character 7F, 1.28 no text, and 1.00 the letter d.</summary>
    [Theory]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}""", "02 7f", "1.27")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}""", "04 00 80", "1.28")]
    [InlineData("""["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}]""", "02 02 64", "1.00")]
    [InlineData("""{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}""", "02 ff", "-0.01")]
    [InlineData("""{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":2}""", "00 00 00 c8", "2.00")]
    [InlineData("""{"type":"fixed","name":"F","size":16,"logicalType":"uuid"}""", "00112233445566778899aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeeff")]
    [InlineData("""{"type":"string","logicalType":"uuid"}""", "02 61", "a")]
    [InlineData("""{"type":"int","logicalType":"date"}""", "02", "1970-01-02")]
    [InlineData("""["string",{"type":"long","logicalType":"timestamp-millis"}]""", "02 01", "1969-12-31T23:59:59.999Z")]
    [InlineData("""["string",{"type":"long","logicalType":"timestamp-millis"}]""", "00 02 61", "a")]
    [InlineData("""[{"type":"int","logicalType":"date"},"long"]""", "02 02", "1")]
    public void Fields_of_text_and_the_id_are_what_people_write(string type, string hex, string text)
    {
        WriterType schema = SchemaReader.Read($$"""
            {"type":"record","name":"D","fields":[{"name":"before","type":"string"},{"name":"amount","type":{{type}}}]}
            """);
        byte[] payload = [0, .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))];
        Projection projection = Projection.Compile(schema, ["amount", "before", "amount"]);
        var fields = new FieldSlice[3];
        Assert.True(projection.TryRead(payload, fields, out DecodeFailure? failure), failure?.ToString());
        Assert.Equal<string?>([text, "", text], fields.Select(field => projection.Text(field, payload)));
    }

    [Fact]
    public void A_decimal_costs_no_more_than_its_limit()
    {
        WriterType schema = SchemaReader.Read("""{"type":"bytes","logicalType":"decimal","precision":2465,"scale":2465}""");
        byte[] longest = [.. Enumerable.Repeat((byte)0x7f, AvroLimits.DecimalBytes)];
        Assert.Equal(2467, Payloads.Text(schema, "", Payloads.Of(writer => writer.WriteBytes(longest)))!.Length);
        Assert.False(Projection.Compile(schema, [""]).TryRead(Payloads.Of(writer => writer.WriteBytes([.. longest, 0])), new FieldSlice[1],
            out DecodeFailure? failure));
        Assert.Contains("1025 bytes; the limit is 1024", failure.Reason, StringComparison.Ordinal);
        Assert.Empty(SchemaReader.Read("""{"type":"bytes","logicalType":"decimal","precision":2147483647,"scale":2147483647}""").Logical);
    }
}
