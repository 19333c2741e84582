using System.Buffers;
using System.Text;
using System.Text.Json;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas;

/// <summary>What hostile schemas and payloads may cost.</summary>
public sealed class AvroLimitTests
{
    private const int SmallStack = 1024 * 1024;

    [Fact]
    public void The_deepest_values_and_schemas_need_less_than_a_mebibyte_of_stack()
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(GoDeep), SmallStack);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void Records_of_nothing_that_double_at_each_level_are_refused_soon()
    {
        string records = """{"type":"record","name":"R0","fields":[]}""";
        for (int i = 1; i < 60; i++) records += $$""",{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":"R{{i - 1}}"},{"name":"b","type":"R{{i - 1}}"}]}""";
        Schema schema = SchemaParser.Parse($"[{records}]");
        Assert.False(Resolution.Compile(schema).TryRead([59 * 2], out _, out DecodeFailure? failure));
        Assert.Contains("take no bytes", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_references_is_compiled_without_recursion()
    {
        string records = """{"type":"record","name":"R0","fields":[{"name":"x","type":"int"}]}""";
        for (int i = 1; i < 5000; i++) records += $$""",{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":"R{{i - 1}}"}]}""";
        Schema writer = SchemaParser.Parse($$"""{"type":"record","name":"Top","fields":[{"name":"u","type":[{{records}}]},{"name":"id","type":"string"}]}""");
        Schema reader = SchemaParser.Parse(CanonicalForm.Of(writer));
        byte[] payload = [0, 2, 0];
        Assert.True(Resolution.Compile(writer, reader).TryRead(payload, out _, out DecodeFailure? failure), failure?.ToString());
        Assert.True(Projection.Compile(writer, ["id"]).TryRead(payload, new FieldSlice[1], out failure), failure?.ToString());
    }

    [Theory]
    [InlineData("""{"type":"enum","name":"E","symbols":[{0}"!"]}""", "\"S{0}\",")]
    [InlineData("""{"type":"record","name":"R","fields":[{0}1]}""", "{\"name\":\"f{0}\",\"type\":\"int\"},")]
    [InlineData("""[{0}1]""", "{\"type\":\"fixed\",\"name\":\"F{0}\",\"size\":1},")]
    [InlineData("""[{0}1]""", "{\"type\":\"record\",\"name\":\"R{0}\",\"fields\":[]},")]
    [InlineData("""{"type":"record","name":"R","aliases":[{0}"!"],"fields":[]}""", "\"a{0}\",")]
    [InlineData("""{"doc":[{0}1]}""", "1,")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"d","type":{"type":"array","items":"int"},"default":[{0}"x"]}]}""", "1,")]
    public void A_large_schema_that_fails_at_its_end_has_cost_little_memory(string text, string unit)
    {
        var units = new StringBuilder();
        for (int i = 0; units.Length < 1_000_000; i++) units.Append(unit.Replace("{0}", $"{i}", StringComparison.Ordinal));
        text = text.Replace("{0}", units.ToString(), StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(Record.Exception(() => SchemaParser.Parse(text)) as AvroSchemaException);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 * 1024) + (16L * text.Length));
    }

    [Fact]
    public void A_large_payload_that_fails_at_its_end_has_cost_next_to_nothing()
    {
        byte[] payload = new byte[1_000_000];
        payload.AsSpan().Fill(2);
        Resolution resolution = Resolution.Compile(SchemaParser.Parse("""{"type":"array","items":"int"}"""));
        resolution.TryRead(payload.AsSpan(0, 100), out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(resolution.TryRead(payload, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static void GoDeep()
    {
        Schema list = SchemaParser.Parse("""{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""");
        byte[] payload = [.. Enumerable.Repeat((byte)2, (AvroLimits.ValueDepth / 2) - 1), 0];
        Resolution resolution = Resolution.Compile(list);
        AvroValue value = resolution.Read(payload);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { MaxDepth = AvroLimits.JsonDepth })) JsonEncoding.Write(writer, value, list);
        Assert.True(JsonEncoding.TryRead(Vectors.Parse(Encoding.UTF8.GetString(json.WrittenSpan)), list, out AvroValue back, out string problem), problem);
        var binary = new ArrayBufferWriter<byte>();
        DatumWriter.Write(binary, back, list);
        Assert.Equal(payload, binary.WrittenSpan.ToArray());

        byte[] endless = [.. Enumerable.Repeat((byte)2, 100_000)];
        Assert.False(resolution.TryRead(endless, out _, out _));
        Assert.False(Projection.Compile(SchemaParser.Parse("""{"type":"record","name":"T","fields":[{"name":"id","type":"int"},{"name":"l","type":{"type":"array","items":"T"}}]}"""), ["id"])
            .TryRead(endless, new FieldSlice[1], out _));

        string nested = "\"int\"";
        for (int i = 0; i < AvroLimits.SchemaDepth - 1; i++) nested = $$"""{"type":"array","items":{{nested}}}""";
        Schema deep = SchemaParser.Parse(nested);
        Assert.Equal(nested.Length, CanonicalForm.Of(deep).Length);
        Assert.True(Resolution.Compile(deep).TryRead([0], out _, out _));
    }
}
