using System.Text;
using System.Text.Json;
using Avro;
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
            (Schema schema, IReadOnlyDictionary<Schema, LogicalType> logical, _) = SchemaReader.Read(line.GetProperty("schema").GetRawText());
            JsonElement value = line.GetProperty("value"), told = line.GetProperty("logical");
            string expected = told.ValueKind == JsonValueKind.String ? told.GetString()!
                : told.GetRawText().Replace(",", ", ", StringComparison.Ordinal).Replace(",  ", ", ", StringComparison.Ordinal);
            Assert.Equal(expected, schema.Tag switch
            {
                Schema.Type.String => value.GetString(),
                Schema.Type.Int or Schema.Type.Long => LogicalText.Of(logical[schema], default, value.GetInt64()),
                _ => LogicalText.Of(logical[schema], Encoding.Latin1.GetBytes(value.GetString()!), 0),
            });
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
    public void A_decimal_needs_a_fixed_that_holds_its_digits(int size, int precision, bool fits) => Assert.Equal(
        fits, SchemaReader.Read($$"""{"type":"fixed","name":"D","size":{{size}},"logicalType":"decimal","precision":{{precision}}}""").Logical.Count == 1);

    [Fact]
    public void A_year_beyond_9999_is_given_as_its_number() =>
        Assert.Equal("9223372036854775807", LogicalText.Of(new LogicalType(LogicalKind.TimestampMillis), default, long.MaxValue));
}
