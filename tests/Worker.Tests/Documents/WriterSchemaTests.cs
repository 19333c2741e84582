using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents;

public sealed class WriterSchemaTests
{
    [Theory]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"id","type":"long"},{"name":"text","type":"string"}]}""", true)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"text","type":["null","string"]}]}""", false)]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"text","type":"bytes"},"""
        + """{"name":"id","type":{"type":"array","items":"int"}}]}""", false)]
    [InlineData("""{"type":"record","name":"Value","namespace":"web-shop.core.tickets","fields":["""
        + """{"name":"id","type":"string"},{"name":"text","type":"string"}]}""", true)]
    [InlineData("""{"type":"record","name":"Outer$Inner","fields":["""
        + """{"name":"id","type":"string"},{"name":"text","type":"string"},{"name":"größe","type":["null","Outer$Inner"]}]}""", true)]
    [InlineData("""{"type":"record","name":"Doc","fields":[{"name":"id","type":"string"},{"name":"text","type":"string"},"""
        + """{"name":"n","type":"int","aliases":["old-name"]}]}""", true)]
    [InlineData("""{"type":"record","name":"Doc","fields":[{"name":"id","type":"string"},{"name":"text","type":"string"},"""
        + """{"name":"n","type":"long","default":0.0}]}""", true)]
    [InlineData("""{"type":"record","name":"Doc","fields":[{"name":"text","type":"string"},"""
        + """{"name":"n","type":{"type":"enum","name":"E","symbols":["A","B"]},"default":"C"}]}""", false)]
    public void A_schema_with_the_text_is_read_with_or_without_an_id(string schema, bool hasId)
    {
        WriterSchema compiled = WriterSchema.Compile(7, schema, Paths);
        Assert.Null(compiled.Rejection);
        Assert.Equal((true, hasId), (compiled.Projection!.Has(0), compiled.Projection.Has(1)));
    }

    [Theory]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"id","type":"string"},{"name":"body","type":"string"}]}""", "body")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"text","type":{"type":"map","values":"string"}}]}""", "map")]
    [InlineData("\"string\"", "text")]
    [InlineData("{", "schema 7")]
    public void A_schema_without_it_rejects_its_documents_and_says_what_it_has(string schema, string found)
    {
        Rejection rejection = WriterSchema.Compile(7, schema, Paths).Rejection!;
        Assert.Equal(RejectionReason.SchemaMismatch, rejection.Reason);
        Assert.StartsWith("schema 7: ", rejection.Detail, StringComparison.Ordinal);
        Assert.Contains(found, rejection.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "have the producer write with a smaller or flatter schema")]
    [InlineData(false, "register a schema as Avro's specification has it, and write with that one")]
    public void Of_a_schema_that_is_well_but_too_deep_the_depth_is_to_be_mended(bool isJson, string wayOut)
    {
        string nested = "\"int\"";
        for (int i = 0; i <= AvroLimits.SchemaDepth; i++) nested = $$"""{"type":"array","items":{{nested}}}""";
        Rejection rejection = WriterSchema.Compile(7, isJson ? nested : nested[..^1], Paths).Rejection!;
        Assert.Equal((wayOut, null), (rejection.WayOut.Words, rejection.WayOut.Likely));
        rejection = WriterSchema.Compile(7, "\"string\"", Paths, referenced: [isJson ? nested : nested[..^1]]).Rejection!;
        Assert.Equal((wayOut, null), (rejection.WayOut.Words, rejection.WayOut.Likely));
    }

    [Fact]
    public void Of_a_schema_that_takes_too_many_steps_the_size_is_to_be_mended()
    {
        // Each union takes a step a branch at least.
        string[] fields = [.. Enumerable.Range(0, AvroLimits.ProjectionSteps / 8)
            .Select(i => $$"""{"name":"f{{i}}","type":["null","boolean","int","long","float","double","bytes","string"]}""")];
        string schema = $$"""{"type":"record","name":"R","fields":[{{string.Join(",", fields)}},{"name":"text","type":"string"}]}""";
        Rejection rejection = WriterSchema.Compile(7, schema, Paths).Rejection!;
        Assert.Contains($"more than {AvroLimits.ProjectionSteps} steps", rejection.Detail, StringComparison.Ordinal);
        Assert.Equal(("have the producer write with a smaller or flatter schema", null), (rejection.WayOut.Words, rejection.WayOut.Likely));
    }

    [Theory]
    [InlineData("op", Setting.Envelope)]
    [InlineData("operation", Setting.TextFields)]
    public void A_schema_of_change_events_that_are_read_without_their_envelope_blames_that(string operation, object blamed)
    {
        string schema = $$"""
            {"type":"record","name":"Envelope","fields":[{"name":"after","type":["null",{"type":"record","name":"Value","fields":[
              {"name":"text","type":"string"}]}]},{"name":"{{operation}}","type":"string"}]}
            """;
        Assert.Equal(blamed, WriterSchema.Compile(7, schema, Paths).Rejection!.WayOut.Likely);
    }

    [Fact]
    public void A_text_that_may_be_absent_and_a_copied_field_never_refuse_a_schema_that_lacks_them()
    {
        const string schema = """{"type":"record","name":"R","fields":[{"name":"body","type":"string"},{"name":"n","type":"double"}]}""";
        InputOptions input = new() { TextFields = ["subject", "body"], OptionalFields = ["subject"], IdField = "" };
        Projection read = WriterSchema.Compile(7, schema, DocumentPaths.Of(input, new OutputOptions { CopyFields = ["none", "n", "body"] }))
            .Projection!;
        Assert.Equal([false, true, false, true, true], Enumerable.Range(0, read.Count).Select(read.Has));
        OutputOptions none = new();
        Assert.NotNull(WriterSchema.Compile(7, schema, DocumentPaths.Of(input with { OptionalFields = [] }, none)).Rejection);
        Assert.NotNull(WriterSchema.Compile(7, schema, DocumentPaths.Of(input with { TextFields = ["n"], OptionalFields = ["n"] }, none))
            .Rejection); // it is there, and no text
    }

    [Theory]
    [InlineData("""{"type":"record","name":"NAME","fields":[]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"NAME","type":"string"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"a","type":"NAME"}]}""")]
    [InlineData("""{"type":"record","name":"R","fields":[{"name":"NAME","type":"int"},{"name":"NAME","type":"int"}]}""")]
    [InlineData("""["null",{"type":"record","name":"NAME","fields":[]}]""")]
    [InlineData("""{"type":"enum","name":"E","symbols":["NAME","NAME"]}""")]
    public void Names_of_any_size_and_kind_stay_few_characters_that_no_terminal_obeys(string schema)
    {
        string name = $"FORGED \\u001b[2J{new string('n', 1_000_000)}";
        string detail = WriterSchema.Compile(7, schema.Replace("NAME", name, StringComparison.Ordinal), Paths).Rejection!.Detail;
        Assert.InRange(detail.Length, 20, 1000);
        Assert.DoesNotContain(detail, char.IsControl);
        Assert.Contains("more characters)", detail, StringComparison.Ordinal);
    }

    private static WantedPath[] Paths => DocumentPaths.Of(new InputOptions { TextFields = ["text"], IdField = "id" }, new OutputOptions());
}
