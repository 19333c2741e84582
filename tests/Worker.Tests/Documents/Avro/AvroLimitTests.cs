using System.Text;
using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

/// <summary>What hostile schemas and payloads may cost.</summary>
public sealed class AvroLimitTests
{
    private const int SmallStack = 1024 * 1024;

    [Fact]
    public void The_deepest_values_and_schemas_need_less_than_a_mebibyte_of_stack() => OnASmallStack(GoDeep);

    [Fact]
    public void Records_of_nothing_that_double_at_each_level_are_refused_soon()
    {
        string records = """{"type":"record","name":"R0","fields":[]}""";
        for (int i = 1; i < 60; i++)
        {
            string twice = $$"""{"name":"a","type":"R{{i - 1}}"},{"name":"b","type":"R{{i - 1}}"}""";
            records += $$""",{"type":"record","name":"R{{i}}","fields":[{{twice}}]}""";
        }

        Assert.False(Projection.CompileCheck(SchemaReader.Read($"[{records}]")).TryRead([59 * 2], [], out DecodeFailure? failure));
        Assert.Contains("take no bytes", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_nothing_count_together()
    {
        WriterType schema = SchemaReader.Read("""{"type":"array","items":"null"}""");
        byte[] half = Payloads.Of(writer => writer.WriteLong(AvroLimits.ZeroByteValues / 2));
        Assert.NotNull(Payloads.Json(schema, [.. half, .. half, 0]));
        Assert.Null(Payloads.Json(schema, [.. half, .. half, 2, 0]));
    }

    /// <summary>
    /// Named types refer to one another over the whole text, so a chain of them is as long as a registry's answer, not as deep as its JSON.
    /// </summary>
    [Theory]
    [InlineData("int", """{"name":"u","type":[CHAIN]}""", "00 02", "")]
    [InlineData("int", """
        {"name":"f","type":{"type":"record","name":"Z","fields":[{"name":"a","type":{"type":"array","items":[CHAIN]}}]}},
        {"name":"h","type":"LAST"}
        """, "00", "deeper than 1024")]
    [InlineData("int", """{"name":"m","type":{"type":"map","values":[CHAIN]}},{"name":"h","type":["null","LAST"]}""", "00 00", "")]
    [InlineData("null", """{"name":"u","type":["int",CHAIN]},{"name":"h","type":"LAST"}""", "00 00", "deeper than 1024")]
    [InlineData("null", """{"name":"u","type":["int",CHAIN]},{"name":"h","type":{"type":"array","items":"LAST"}}""", "00 00 02 00",
        "deeper than 1024")]
    [InlineData("null", """{"name":"u","type":["int",CHAIN]},{"name":"h","type":{"type":"array","items":"LAST"}}""", "00 00 00", "")]
    [InlineData("null", """{"name":"a","type":[CHAIN]},{"name":"h","type":{"type":"map","values":"R1022"}}""", "00 02 00 00", "")]
    public void A_long_chain_of_references_takes_no_stack(string end, string fields, string hex, string refusal)
    {
        const int length = 45_000;
        var chain = new StringBuilder($$"""{"type":"record","name":"R0","fields":[{"name":"a","type":"{{end}}"}]}""");
        for (int i = 1; i < length; i++)
            chain.Append($$""",{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":"R{{i - 1}}"}]}""");
        fields = fields.Replace("CHAIN", chain.ToString(), StringComparison.Ordinal)
            .Replace("LAST", $"R{length - 1}", StringComparison.Ordinal);
        string text = $$"""{"type":"record","name":"Top","fields":[{"name":"id","type":"string"},{{fields}}]}""";
        byte[] payload = [2, (byte)'7', .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))];
        OnASmallStack(() =>
        {
            WriterType writer = SchemaReader.Read(text);
            bool read = Projection.CompileCheck(writer).TryRead(payload, [], out DecodeFailure? failure);
            Assert.Equal(refusal.Length == 0, read);
            Assert.Equal(read, Projection.Compile(writer, ["id"]).TryRead(payload, new FieldSlice[1], out DecodeFailure? second));
            Assert.Equal(read, Payloads.Json(writer, payload) is not null);
            if (!read) Assert.All([failure!, second!], f => Assert.Contains(refusal, f.Reason, StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("a.text", null)]
    [InlineData("a.none", "has no field")]
    [InlineData("a", "the record Last stands there")]
    public void Unions_of_many_records_on_the_way_to_a_field_do_not_multiply(string path, string? refusal)
    {
        const int width = 3000;
        string fixes = string.Join(',', Enumerable.Range(0, width).Select(i => $$"""{"type":"fixed","name":"F{{i}}","size":1}"""));
        string last = $$"""{"type":"record","name":"Last","fields":[{"name":"text","type":[{{fixes}}]}]}""";
        string ways = string.Join(',', Enumerable.Range(0, width).Select(i =>
            $$"""{"type":"record","name":"R{{i}}","fields":[{"name":"a","type":["null","Last"]}]}"""));
        CompilesWithinBytes($"[{last},{ways}]", [path], refusal);
    }

    /// <summary>What stands in one branch where another one has the text is skipped, and is as large as the schema.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void What_stands_in_a_branch_where_another_has_the_text_is_laid_out_once(int wanted)
    {
        const int width = 3000;
        string[] paths = [.. Enumerable.Range(0, wanted).Select(i => $"t{i}")];
        string fields = string.Join(',', Enumerable.Range(0, width).Select(i => $$"""{"name":"f{{i}}","type":"int"}"""));
        string first = $$"""
            {"type":"record","name":"First","fields":[{"name":"t0","type":{"type":"record","name":"S","fields":[{{fields}}]} }]}
            """;
        string branches = string.Join(',', Enumerable.Range(0, width).Select(i =>
            $$"""{"type":"record","name":"R{{i}}","fields":[{"name":"t{{i % wanted}}","type":"S"}]}"""));
        string texts = string.Join(',', paths.Select(path => $$"""{"name":"{{path}}","type":"string"}"""));
        CompilesWithinBytes($$"""[{{first}},{{branches}},{"type":"record","name":"Z","fields":[{{texts}}]}]""", paths, null);
    }

    [Fact]
    public void A_long_name_on_the_way_to_a_field_is_not_copied_for_each_branch()
    {
        string name = new('n', 500_000);
        string branches = string.Join(',', Enumerable.Range(0, 3000).Select(i =>
            $$"""{"type":"record","name":"R{{i}}","fields":[{"name":"text","type":"S"}]}"""));
        string s = $$"""{"type":"record","name":"S","fields":[{"name":"{{name}}","type":"string"},{"name":"id","type":"string"}]}""";
        string symbols = $$"""
            {"type":"record","name":"T","fields":[{"name":"text","type":{"type":"enum","name":"{{name}}","symbols":["A"]} }]}
            """;
        CompilesWithinBytes($"[{s},{symbols},{branches}]", ["text.id"], null);
        CompilesWithinBytes($"[{s},{symbols},{branches}]", ["text"], null);
    }

    /// <summary>Apache.Avro writes the namespace out for every name.</summary>
    [Theory]
    [InlineData(1024, null)]
    [InlineData(1025, "the limit is 1024")]
    [InlineData(1_000_000, "the limit is 1024")]
    public void A_namespace_that_names_do_not_spell_out_is_short(int length, string? refusal)
    {
        string types = string.Join(',', Enumerable.Range(0, 3000).Select(i => $$"""{"type":"fixed","name":"F{{i}}","size":1}"""));
        string space = new('n', length);
        string text = $$"""{"type":"record","name":"R","namespace":"{{space}}","fields":[{"name":"u","type":[{{types}}]}]}""";
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? refused = Record.Exception(() => SchemaReader.Read(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128L * text.Length);
        if (refusal is null) Assert.Null(refused);
        else Assert.Contains(refusal, Assert.IsType<AvroSchemaException>(refused).Message, StringComparison.Ordinal);
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

    /// <summary>A name of a megabyte, written for each of the values that four bytes count.</summary>
    [Theory]
    [InlineData("""{"type":"array","items":{"type":"record","name":"E","fields":[{"name":"NAME","type":"null"}]}}""", 10_000)]
    [InlineData("""{"type":"array","items":{"type":"record","name":"NAME","fields":[{"name":"a","type":["null","NAME"]}]}}""", 1000, 2, 0)]
    [InlineData("""{"type":"array","items":["null",{"type":"fixed","name":"NAME","size":1}]}""", 1000, 2, 65)]
    [InlineData("""{"type":"array","items":{"type":"enum","name":"E","symbols":["NAME"]}}""", 1000, 0)]
    [InlineData("""{"type":"array","items":{"type":"enum","name":"E","symbols":["a_xNAME"]}}""", 1000, 0)]
    public void A_value_that_is_long_only_as_JSON_is_not_shown(string schema, int count, params int[] item)
    {
        const int name = 1_000_000;
        byte[] payload = [.. Payloads.Of(writer => writer.WriteLong(count)),
            .. Enumerable.Repeat(item.Select(part => (byte)part), count).SelectMany(bytes => bytes), 0];
        var json = new DatumJson(SchemaReader.Read(schema.Replace("NAME", new string('n', name), StringComparison.Ordinal)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(json.TryWrite(payload, out _, out bool tooLarge));
        Assert.True(tooLarge);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0,
            12L * DatumJson.LimitBytes); // it doubles, and the name is made text
    }

    [Fact]
    public void A_large_payload_that_fails_at_its_end_has_cost_next_to_nothing()
    {
        byte[] payload = new byte[1_000_000];
        payload.AsSpan().Fill(2);
        Projection check = Projection.CompileCheck(SchemaReader.Read("""{"type":"array","items":"int"}"""));
        check.TryRead(payload.AsSpan(0, 100), [], out _);

        // A collection meanwhile, by other tests, counts what is left of the thread's 8 KiB as given out: the least of some counts.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(check.TryRead(payload, [], out DecodeFailure? _));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }), 0, 4096);
    }

    private static void CompilesWithinBytes(string text, string[] paths, string? refusal)
    {
        const int bytesForCharacter = 32; // the blocks of many small records are lists that grow
        WriterType writer = SchemaReader.Read(text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? refused = Record.Exception(() => Projection.Compile(writer, paths));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytesForCharacter * text.Length);
        if (refusal is null) Assert.Null(refused);
        else Assert.Contains(refusal, Assert.IsType<AvroSchemaException>(refused).Message, StringComparison.Ordinal);
    }

    private static void OnASmallStack(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(test), SmallStack);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static void GoDeep()
    {
        WriterType list = SchemaReader.Read("""{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}""");
        byte[] payload = [.. Enumerable.Repeat((byte)2, AvroLimits.ValueDepth - 1), 0];
        string json = Payloads.Json(list, payload)!;
        Assert.Equal(AvroLimits.ValueDepth - 1, json.Split("{\"L\":").Length - 1);

        byte[] endless = [.. Enumerable.Repeat((byte)2, 100_000)];
        Assert.Null(Payloads.Json(list, endless));
        WriterType tree = SchemaReader.Read("""
            {"type":"record","name":"T","fields":[{"name":"id","type":"int"},{"name":"l","type":{"type":"array","items":"T"}}]}
            """);
        Assert.False(Projection.Compile(tree, ["id"]).TryRead(endless, new FieldSlice[1], out _));

        string nested = "\"int\"";
        for (int i = 0; i < AvroLimits.SchemaDepth - 1; i++) nested = $$"""{"type":"array","items":{{nested}}}""";
        Assert.Equal("[]", Payloads.Json(SchemaReader.Read(nested), [0]));
    }
}
