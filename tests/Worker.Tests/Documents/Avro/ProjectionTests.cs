using System.Text;
using Avro.IO;
using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

public sealed class ProjectionTests
{
    private const string Mail = """
        {"type":"record","name":"Mail","fields":[
          {"name":"id","type":"long"},
          {"name":"tags","type":{"type":"array","items":"string"}},
          {"name":"headers","type":{"type":"map","values":{"type":"array","items":"string"}}},
          {"name":"mail","type":["null",{"type":"record","name":"Content","fields":[
            {"name":"score","type":"double"},{"name":"body","type":["null","string","bytes"]},
            {"name":"parent","type":["null","Content"]}]}]},
          {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["WORK","PLAY"]}}]}
        """;

    [Fact]
    public void Wanted_fields_are_slices_of_the_payload_and_the_rest_is_skipped()
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Mail), ["mail.body", "id", "kind", "mail.body"]);
        byte[] payload = Payloads.Of(writer => WriteMail(writer, "héllo"));
        var fields = new FieldSlice[4];
        Assert.True(projection.TryRead(payload, fields, out _));
        Assert.Equal(FieldKind.Utf8, fields[0].Kind);
        Assert.Equal("héllo", Encoding.UTF8.GetString(fields[0].Of(payload)));
        Assert.Equal("-77", projection.Text(fields[1], payload));
        Assert.Equal("PLAY", projection.Text(fields[2], payload));
        Assert.Equal(fields[0], fields[3]);
    }

    [Fact]
    public void A_null_on_the_way_is_a_null_field()
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Mail), ["mail.body"]);
        var fields = new FieldSlice[1];
        Assert.True(projection.TryRead([0, 0, 0, 0, 0], fields, out _));
        Assert.Equal(FieldKind.Null, fields[0].Kind);
        Assert.Null(projection.Text(fields[0], [0, 0, 0, 0, 0]));
    }

    [Fact]
    public void A_symbol_that_the_enum_does_not_have_is_told_where_it_is_skipped_too()
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Mail), ["id"]);
        var fields = new FieldSlice[1];
        Assert.True(projection.TryRead([0, 0, 0, 0, 2], fields, out _));
        Assert.False(projection.TryRead([0, 0, 0, 0, 18], fields, out DecodeFailure? failure));
        Assert.Contains("symbol", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"double\"", "000000000000f03f")]
    [InlineData("\"null\"", "")]
    [InlineData("\"boolean\"", "01")]
    [InlineData("""{"type":"array","items":"int"}""", "02fe7f00")]
    [InlineData("""{"type":"record","name":"S","fields":[{"name":"q","type":"long"}]}""", "fe7f")]
    public void A_branch_that_has_something_else_where_another_has_the_text_is_skipped(string type, string hex)
    {
        const string id = """{"name":"id","type":"string"}""";
        string schema = $$"""
            [{"type":"record","name":"B","fields":[{"name":"text","type":{{type}} },{{id}}]},
             {"type":"record","name":"A","fields":[{"name":"text","type":"string"},{{id}}]}]
            """;
        Projection projection = Projection.Compile(SchemaReader.Read(schema), ["text", "id"]);
        var fields = new FieldSlice[2];
        byte[] payload = [0, .. Convert.FromHexString(hex), 2, (byte)'7'];
        Assert.True(projection.TryRead(payload, fields, out DecodeFailure? failure), failure?.ToString());
        Assert.Equal((default, "7"), (fields[0], projection.Text(fields[1], payload)));
        Assert.True(projection.TryRead([2, 2, (byte)'t', 2, (byte)'7'], fields, out _));
        Assert.Equal(FieldKind.Utf8, fields[0].Kind);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Mail), ["mail.body", "id"]);
        byte[] payload = Payloads.Of(writer => WriteMail(writer, "text"));
        var fields = new FieldSlice[2];
        projection.TryRead(payload, fields, out _);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++) projection.TryRead(payload, fields, out _);
        }));
    }

    [Theory]
    [InlineData("subject", "has no field \"subject\"; it has id, tags, headers, mail, kind")]
    [InlineData("tags", "the type array stands there")]
    [InlineData("mail.score", "the type double stands there")]
    [InlineData("kind.x", "the enum Kind, which has no fields")]
    public void A_path_to_nowhere_is_refused_with_what_stands_there(string path, string message) => Assert.Contains(message,
        Assert.Throws<AvroSchemaException>(() => Projection.Compile(SchemaReader.Read(Mail), [path])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("01", 1, "tags")]
    [InlineData("000000020000000000000000020280", 14, "mail.body")]
    [InlineData("00000004", 3, "mail")]
    [InlineData("00000202610a", 6, "headers[0][0]")]
    [InlineData("000000000000", 5, "")]
    public void A_failure_names_the_byte_and_the_field(string hex, int offset, string path)
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Mail), ["mail.body"]);
        Assert.False(projection.TryRead(Convert.FromHexString(hex), new FieldSlice[1], out DecodeFailure? failure));
        Assert.Equal((offset, path), (failure.Offset, failure.Path));
    }

    [Theory]
    [InlineData("0000010a026b020000000000", 0)] // the map's block: one entry in five bytes
    [InlineData("0000010c026b020000000000", 4)]
    [InlineData("00000108026b020000000000", 4)]
    public void A_block_that_says_how_many_bytes_it_has_is_read_item_by_item(string hex, int offset)
    {
        bool read = Projection.Compile(SchemaReader.Read(Mail), ["id"]).TryRead(Convert.FromHexString(hex), new FieldSlice[1],
            out DecodeFailure? failure);
        Assert.Equal((offset == 0, offset), (read, failure?.Offset ?? 0));
    }

    [Fact]
    public void A_field_is_asked_for_by_the_name_that_the_writer_gave_it()
    {
        WriterType schema = SchemaReader.Read("""
            {"type":"record","name":"Outer$Inner","namespace":"web-shop.core","fields":[
              {"name":"größe-cm","type":"string"},{"name":"a_x0024_","type":"int"},{"name":"a$","type":"int"}]}
            """);
        byte[] payload = [2, (byte)'7', 2, 4];
        Assert.Equal<string?>(["7", "1", "2"],
            new[] { "größe-cm", "a_x0024_", "a$" }.Select(name => Payloads.Text(schema, name, payload)));
        string message = Assert.Throws<AvroSchemaException>(() => Projection.Compile(schema, ["text"])).Message;
        Assert.Contains("web-shop.core.Outer$Inner has no field \"text\"; it has größe-cm, a_x0024_, a$", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused_at_a_limit()
    {
        Projection projection = Projection.Compile(SchemaReader.Read("""
            {"type":"record","name":"L","fields":[{"name":"id","type":"int"},{"name":"next","type":["null","L"]}]}
            """), ["id"]);
        byte[] payload = new byte[1_000_000];
        payload.AsSpan().Fill(2);
        Assert.False(projection.TryRead(payload, new FieldSlice[1], out DecodeFailure? failure));
        Assert.Contains("deeper than 1024", failure.Reason, StringComparison.Ordinal);
        Assert.StartsWith("next.next", failure.Path, StringComparison.Ordinal);
    }

    private static void WriteMail(BinaryEncoder writer, string body)
    {
        writer.WriteLong(-77);
        writer.WriteLong(2);
        writer.WriteString("a");
        writer.WriteString("b");
        writer.WriteLong(0);
        writer.WriteLong(-1);
        writer.WriteLong(5);
        writer.WriteString("k");
        writer.WriteLong(1);
        writer.WriteString("");
        writer.WriteLong(0);
        writer.WriteLong(0);
        writer.WriteLong(1);
        writer.WriteDouble(0.5);
        writer.WriteLong(1);
        writer.WriteString(body);
        writer.WriteLong(0);
        writer.WriteLong(1);
    }
}
