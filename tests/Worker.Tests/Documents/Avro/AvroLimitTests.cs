using System.Text;
using Avro;
using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

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
        for (int i = 1; i < 60; i++)
            records += $$""",{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":"R{{i - 1}}"},{"name":"b","type":"R{{i - 1}}"}]}""";
        Assert.False(Projection.CompileCheck(SchemaReader.Read($"[{records}]").Root).TryRead([59 * 2], [], out DecodeFailure? failure));
        Assert.Contains("take no bytes", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_nothing_count_together()
    {
        Schema schema = SchemaReader.Read("""{"type":"array","items":"null"}""").Root;
        byte[] half = Payloads.Of(writer => writer.WriteLong(AvroLimits.ZeroByteValues / 2));
        Assert.NotNull(Payloads.Json(schema, [.. half, .. half, 0]));
        Assert.Null(Payloads.Json(schema, [.. half, .. half, 2, 0]));
    }

    [Fact]
    public void A_long_chain_of_references_is_compiled_without_recursion()
    {
        string records = """{"type":"record","name":"R0","fields":[{"name":"x","type":"int"}]}""";
        for (int i = 1; i < 5000; i++) records += $$""",{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":"R{{i - 1}}"}]}""";
        Schema writer = SchemaReader.Read($$"""{"type":"record","name":"Top","fields":[{"name":"u","type":[{{records}}]},{"name":"id","type":"string"}]}""").Root;
        byte[] payload = [0, 2, 0];
        Assert.True(Projection.CompileCheck(writer).TryRead(payload, [], out DecodeFailure? failure), failure?.ToString());
        Assert.True(Projection.Compile(writer, ["id"]).TryRead(payload, new FieldSlice[1], out failure), failure?.ToString());
    }

    /// <summary>A record costs Apache.Avro some 900 bytes, however short its text.</summary>
    [Theory]
    [InlineData("""{"type":"enum","name":"E","symbols":[{0}1]}""", "\"S{0}\",", 16)]
    [InlineData("""{"type":"record","name":"R","fields":[{0}1]}""", "{\"name\":\"f{0}\",\"type\":\"int\"},", 16)]
    [InlineData("""[{0}1]""", "{\"type\":\"fixed\",\"name\":\"F{0}\",\"size\":1},", 16)]
    [InlineData("""[{0}1]""", "{\"type\":\"record\",\"name\":\"R{0}\",\"fields\":[]},", 32)]
    [InlineData("""{"type":"record","name":"R","aliases":[{0}"!"],"fields":1}""", "\"a{0}\",", 16)]
    [InlineData("""{"doc":[{0}1]}""", "1,", 16)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"d","type":{"type":"array","items":"int"},"default":[{0}"x"]},1]}""",
        "1,", 16)]
    public void A_large_schema_that_fails_at_its_end_has_cost_little_memory(string text, string unit, int bytesForCharacter)
    {
        var units = new StringBuilder();
        for (int i = 0; units.Length < 1_000_000; i++) units.Append(unit.Replace("{0}", $"{i}", StringComparison.Ordinal));
        text = text.Replace("{0}", units.ToString(), StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(Record.Exception(() => SchemaReader.Read(text)) as AvroSchemaException);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (64 * 1024) + ((long)bytesForCharacter * text.Length));
    }

    [Fact]
    public void A_large_payload_that_fails_at_its_end_has_cost_next_to_nothing()
    {
        byte[] payload = new byte[1_000_000];
        payload.AsSpan().Fill(2);
        Projection check = Projection.CompileCheck(SchemaReader.Read("""{"type":"array","items":"int"}""").Root);
        check.TryRead(payload.AsSpan(0, 100), [], out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(check.TryRead(payload, [], out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    private static void GoDeep()
    {
        Schema list = SchemaReader.Read("""{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""").Root;
        byte[] payload = [.. Enumerable.Repeat((byte)2, AvroLimits.ValueDepth - 1), 0];
        string json = Payloads.Json(list, payload)!;
        Assert.Equal(AvroLimits.ValueDepth - 1, json.Split("{\"L\":").Length - 1);

        byte[] endless = [.. Enumerable.Repeat((byte)2, 100_000)];
        Assert.Null(Payloads.Json(list, endless));
        Assert.False(Projection.Compile(SchemaReader.Read("""{"type":"record","name":"T","fields":[{"name":"id","type":"int"},{"name":"l","type":{"type":"array","items":"T"}}]}""").Root, ["id"])
            .TryRead(endless, new FieldSlice[1], out _));

        string nested = "\"int\"";
        for (int i = 0; i < AvroLimits.SchemaDepth - 1; i++) nested = $$"""{"type":"array","items":{{nested}}}""";
        Assert.Equal("[]", Payloads.Json(SchemaReader.Read(nested).Root, [0]));
    }
}
