using System.Buffers;
using System.Text;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas;

public sealed class ProjectionTests
{
    private const string Mail = """
        {"type":"record","name":"Mail","fields":[
          {"name":"id","type":"long"},
          {"name":"tags","type":{"type":"array","items":"string"}},
          {"name":"headers","type":{"type":"map","values":{"type":"array","items":"string"}}},
          {"name":"mail","type":["null",{"type":"record","name":"Content","fields":[
            {"name":"score","type":"double"},{"name":"body","type":["null","string","bytes"]},{"name":"parent","type":["null","Content"]}]}]},
          {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["WORK","PLAY"]}}]}
        """;

    [Fact]
    public void Wanted_fields_are_slices_of_the_payload_and_the_rest_is_skipped()
    {
        Projection projection = Projection.Compile(SchemaParser.Parse(Mail), ["mail.body", "id", "kind", "mail.body"]);
        var output = new ArrayBufferWriter<byte>();
        WriteMail(new AvroWriter(output), "héllo");
        var fields = new FieldSlice[4];
        projection.Read(output.WrittenSpan, fields);
        Assert.Equal(FieldKind.Utf8, fields[0].Kind);
        Assert.Equal("héllo", Encoding.UTF8.GetString(fields[0].Of(output.WrittenSpan)));
        Assert.Equal("-77", projection.Text(1, fields[1], output.WrittenSpan));
        Assert.Equal("PLAY", projection.Text(2, fields[2], output.WrittenSpan));
        Assert.Equal(fields[0], fields[3]);
    }

    [Fact]
    public void A_null_on_the_way_is_a_null_field()
    {
        Projection projection = Projection.Compile(SchemaParser.Parse(Mail), ["mail.body"]);
        var fields = new FieldSlice[1];
        projection.Read([0, 0, 0, 0, 0], fields);
        Assert.Equal(FieldKind.Null, fields[0].Kind);
        Assert.Null(projection.Text(0, fields[0], [0, 0, 0, 0, 0]));
    }

    [Fact]
    public void A_symbol_that_the_enum_does_not_have_is_told_where_it_is_skipped_too()
    {
        Projection projection = Projection.Compile(SchemaParser.Parse(Mail), ["id"]);
        var fields = new FieldSlice[1];
        Assert.True(projection.TryRead([0, 0, 0, 0, 2], fields, out _));
        Assert.False(projection.TryRead([0, 0, 0, 0, 18], fields, out DecodeFailure? failure));
        Assert.Contains("symbol", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Projection projection = Projection.Compile(SchemaParser.Parse(Mail), ["mail.body", "id"]);
        var output = new ArrayBufferWriter<byte>();
        WriteMail(new AvroWriter(output), "text");
        byte[] payload = output.WrittenSpan.ToArray();
        var fields = new FieldSlice[2];
        projection.Read(payload, fields);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) projection.Read(payload, fields);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("subject", "has no field \"subject\"; it has id, tags, headers, mail, kind")]
    [InlineData("tags", "the type array stands there")]
    [InlineData("mail.score", "the type double stands there")]
    [InlineData("kind.x", "the enum Kind, which has no fields")]
    public void A_path_to_nowhere_is_refused_with_what_stands_there(string path, string message) => Assert.Contains(message,
        Assert.Throws<AvroSchemaException>(() => Projection.Compile(SchemaParser.Parse(Mail), [path])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("01", 1, "tags")]
    [InlineData("000000020000000000000000020280", 14, "mail.body")]
    [InlineData("00000004", 3, "mail")]
    [InlineData("00000202610a", 6, "headers[0][0]")]
    [InlineData("000000000000", 5, "")]
    public void A_failure_names_the_byte_and_the_field(string hex, int offset, string path)
    {
        Projection projection = Projection.Compile(SchemaParser.Parse(Mail), ["mail.body"]);
        AvroDecodeException exception = Assert.Throws<AvroDecodeException>(() => projection.Read(Convert.FromHexString(hex), new FieldSlice[1]));
        Assert.Equal((offset, path), (exception.Offset, exception.Path));
    }

    [Fact]
    public void Nesting_without_end_is_refused_at_a_limit()
    {
        Projection projection = Projection.Compile(SchemaParser.Parse("""{"type":"record","name":"L","fields":[{"name":"id","type":"int"},{"name":"next","type":["null","L"]}]}"""), ["id"]);
        byte[] payload = new byte[1_000_000];
        payload.AsSpan().Fill(2);
        AvroDecodeException exception = Assert.Throws<AvroDecodeException>(() => projection.Read(payload, new FieldSlice[1]));
        Assert.Contains("deeper than 1024", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("next.next", exception.Path, StringComparison.Ordinal);
    }

    private static void WriteMail(AvroWriter writer, string body)
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
