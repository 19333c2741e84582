using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas;

public sealed class LogicalTypeTests
{
    [Fact]
    public void Every_logical_value_of_the_vectors_is_given_as_text()
    {
        int count = 0;
        foreach (JsonElement line in Vectors.Lines("avro/values.jsonl.gz").Where(l => l.TryGetProperty("logical", out _)))
        {
            Schema schema = SchemaParser.Parse(line.GetProperty("schema").GetRawText());
            AvroValue value = Resolution.Compile(schema).Read(Vectors.Bytes(line, "hex"));
            JsonElement logical = line.GetProperty("logical");
            string expected = logical.ValueKind == JsonValueKind.String ? logical.GetString()! : logical.GetRawText().Replace(",", ", ", StringComparison.Ordinal).Replace(",  ", ", ", StringComparison.Ordinal);
            Assert.Equal(expected, LogicalText.Of(value, schema));
            count++;
        }

        Assert.InRange(count, 50, 461);
    }

    [Fact]
    public void A_logical_type_that_does_not_fit_is_ignored() => Assert.All(
        Vectors.Lines("avro/values.jsonl.gz").Where(l => l.GetProperty("name").GetString()!.StartsWith("logical_ignored", StringComparison.Ordinal)),
        line => Assert.Null(SchemaParser.Parse(line.GetProperty("schema").GetRawText()).Logical));

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(1, 3, false)]
    [InlineData(8, 18, true)]
    [InlineData(8, 19, false)]
    public void A_decimal_needs_a_fixed_that_holds_its_digits(int size, int precision, bool fits)
    {
        Schema schema = SchemaParser.Parse($$"""{"type":"fixed","name":"D","size":{{size}},"logicalType":"decimal","precision":{{precision}}}""");
        Assert.Equal(fits, schema.Logical is not null);
    }

    [Fact]
    public void A_year_beyond_9999_is_given_as_its_number() =>
        Assert.Equal("9223372036854775807", LogicalText.Of(AvroValue.Of(long.MaxValue), SchemaParser.Parse("""{"type":"long","logicalType":"timestamp-millis"}""")));
}
