using Avro.IO;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents.Avro;

/// <summary>Paths through arrays and maps of Avro.</summary>
public sealed class JoinedPathTests
{
    private const string Order = """
        {"type":"record","name":"Order","fields":[
          {"name":"tags","type":["null",{"type":"array","items":"string"}]},
          {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[
            {"name":"title","type":["null","string"]},
            {"name":"count","type":"int"},
            {"name":"notes","type":{"type":"array","items":"string"}},
            {"name":"parts","type":{"type":"array","items":"Item"}}]}}},
          {"name":"attributes","type":{"type":"map","values":["string","long",{"type":"array","items":"string"}]}},
          {"name":"sizes","type":{"type":"array","items":{"type":"array","items":"int"}}},
          {"name":"kinds","type":{"type":"array","items":{"type":"enum","name":"Kind","symbols":["WORK","PLAY"]}}},
          {"name":"days","type":{"type":"array","items":{"type":"int","logicalType":"date"}}},
          {"name":"raw","type":{"type":"array","items":"bytes"}},
          {"name":"end","type":"string"}]}
        """;

    [Theory]
    [InlineData("tags[]", "oil gas")]
    [InlineData("items[].title", "first third")]
    [InlineData("items[].count", "1 2 3")]
    [InlineData("items[].notes[]", "a b c")]
    [InlineData("items[].parts[].title", "inner")]
    [InlineData("items[].parts[].notes[]", null)]
    [InlineData("attributes{}", "red 17")]
    [InlineData("attributes.color", "red")]
    [InlineData("attributes.size", "17")]
    [InlineData("attributes.none", null)]
    [InlineData("attributes{}[]", "x y")]
    [InlineData("attributes.more[]", "x y")]
    [InlineData("sizes[][]", "1 2 3")]
    [InlineData("kinds[]", "PLAY WORK PLAY")]
    [InlineData("days[]", "1970-01-01 1970-01-02")]
    [InlineData("raw[]", "ö ")]
    [InlineData("end", "end")]
    public void The_texts_of_a_path_are_joined_in_their_order(string path, string? text) =>
        Assert.Equal(text, Assert.Single(Payloads.Texts(SchemaReader.Read(Order), Payload(), path)));

    [Fact]
    public void Any_number_of_paths_is_read_at_once_and_one_that_is_asked_for_twice_twice()
    {
        string[] paths = ["attributes.color", "attributes{}", "items[].notes[]", "attributes.size", "items[].title", "attributes.more[]",
            "attributes{}[]", "items[].title", "end"];
        Assert.Equal<string?>(["red", "red 17", "a b c", "17", "first third", "x y", "x y", "first third", "end"],
            Payloads.Texts(SchemaReader.Read(Order), Payload(), paths));
    }

    [Fact]
    public void A_null_array_has_no_texts()
    {
        WriterType schema = SchemaReader.Read("""
            {"type":"record","name":"T","fields":[{"name":"tags","type":["null",{"type":"array","items":["null","string"]}]}]}
            """);
        Assert.Equal<string?>([null], Payloads.Texts(schema, [0], "tags[]"));
        Assert.Equal<string?>([null], Payloads.Texts(schema, [2, 0], "tags[]"));
        Assert.Equal<string?>([null], Payloads.Texts(schema, [2, 4, 0, 0, 0], "tags[]"));
        Assert.Equal<string?>(["a "], Payloads.Texts(schema, [2, 8, 0, 2, 2, (byte)'a', 2, 0, 0, 0], "tags[]"));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told_and_not_joined()
    {
        WriterType schema = SchemaReader.Read("""
            {"type":"record","name":"T","fields":[{"name":"a","type":{"type":"array","items":"bytes"}}]}
            """);
        Projection projection = Projection.Compile(schema, ["a[]"]);
        JoinedTexts joined = new();
        Assert.True(projection.TryRead([4, 2, 0x41, 2, 0xff, 0], new FieldSlice[1], joined, out _));
        Assert.Equal(JoinedFault.NotUnicode, joined[0].Fault);
    }

    [Theory]
    [InlineData("items.title", "\"title\" is asked of the type array, which has no fields; [] leads to each of its elements")]
    [InlineData("items[]", "the record Item stands there")]
    [InlineData("items[]", "; items[].NAME leads to a field of it")]
    [InlineData("items", "the type array stands there")]
    [InlineData("items", "; [] leads to each of its elements, as in items[].NAME")]
    [InlineData("items[].none", "Item has no field \"none\"")]
    [InlineData("end[]", "\"[]\" is asked of the type string, which is no array")]
    [InlineData("items{}", "\"{}\" is asked of the type array, which is no map")]
    [InlineData("sizes[]", "; [] leads to each of its elements, as in sizes[][]")]
    public void A_path_that_leads_to_no_text_is_refused_with_what_would_do(string path, string message) => Assert.Contains(message,
        Assert.Throws<AvroSchemaException>(() => Projection.Compile(SchemaReader.Read(Order), [path])).Message, StringComparison.Ordinal);

    /// <summary>A symbol takes a byte in the payload, whatever its length as text.</summary>
    [Fact]
    public void Texts_that_are_longer_than_the_payload_are_joined_up_to_a_limit()
    {
        WriterType schema = SchemaReader.Read($$"""
            {"type":"record","name":"T","fields":[{"name":"a","type":{"type":"array",
              "items":{"type":"enum","name":"E","symbols":["{{new string('S', 1023)}}"]} } }]}
            """);
        Projection projection = Projection.Compile(schema, ["a[]"]);
        byte[] most = [.. Payloads.Of(writer => writer.WriteLong(1024)), .. new byte[1025]];
        byte[] more = [.. Payloads.Of(writer => writer.WriteLong(1025)), .. new byte[1026]];
        JoinedTexts joined = new();
        Assert.True(projection.TryRead(most, new FieldSlice[1], joined, out _));
        Assert.Equal(AvroLimits.JoinedBytes, joined[0].Length);
        Assert.Equal(JoinedFault.None, joined[0].Fault);
        joined.Clear();
        Assert.True(projection.TryRead(more, new FieldSlice[1], joined, out _));
        Assert.Equal(JoinedFault.TooLong, joined[0].Fault);
    }

    /// <summary>What takes no bytes is counted by four, and would be walked without end.</summary>
    [Fact]
    public void Elements_that_take_no_bytes_are_passed_over()
    {
        WriterType schema = SchemaReader.Read("""
            {"type":"record","name":"T","fields":[{"name":"a","type":{"type":"array","items":{"type":"fixed","name":"F","size":0}}}]}
            """);
        Assert.Equal<string?>([null], Payloads.Texts(schema, [.. Payloads.Of(writer => writer.WriteLong(60_000)), 0], "a[]"));
        byte[] endless = [.. Payloads.Of(writer => writer.WriteLong(long.MaxValue)), 0];
        Assert.False(Projection.Compile(schema, ["a[]"]).TryRead(endless, new FieldSlice[1], new JoinedTexts(), out _));
    }

    [Fact]
    public void Two_enums_may_stand_at_the_end_of_one_path()
    {
        WriterType schema = SchemaReader.Read("""
            {"type":"record","name":"T","fields":[{"name":"a","type":{"type":"array","items":[
              {"type":"enum","name":"E","symbols":["A","B"]},{"type":"enum","name":"F","symbols":["C","D"]}]}}]}
            """);
        Assert.Equal<string?>(["B C"], Payloads.Texts(schema, [4, 0, 2, 2, 0, 0], "a[]"));
    }

    [Theory]
    [InlineData(nameof(PathNeed.Text), false, false)]
    [InlineData(nameof(PathNeed.TextOrAbsent), true, false)]
    [InlineData(nameof(PathNeed.TextOrNothing), true, true)]
    [InlineData(nameof(PathNeed.ScalarOrNothing), true, true)]
    public void A_path_may_lead_nowhere_where_that_is_allowed(string need, bool mayBeAbsent, bool mayBeAnything)
    {
        WriterType schema = SchemaReader.Read(Order);
        Assert.Equal(mayBeAbsent, Compiles("none"));
        Assert.Equal(mayBeAbsent, Compiles("items[].none"));
        Assert.Equal(mayBeAnything, Compiles("items"));
        Assert.Equal(mayBeAnything, Compiles("end.inside"));

        bool Compiles(string path)
        {
            try
            {
                Projection projection = Projection.Compile(schema, [new WantedPath(FieldPath.Parse("end")),
                    new WantedPath(FieldPath.Parse(path), Enum.Parse<PathNeed>(need))]);
                FieldSlice[] fields = new FieldSlice[2];
                Assert.True(projection.TryRead(Payload(), fields, out _));
                Assert.Equal((false, FieldKind.Missing), (projection.Has(1), fields[1].Kind));
                return true;
            }
            catch (AvroSchemaException)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData("\"boolean\"", "01", "true")]
    [InlineData("\"boolean\"", "00", "false")]
    [InlineData("\"double\"", "9a9999999999b93f", "0.1")]
    [InlineData("\"float\"", "cdcccc3d", "0.1")]
    [InlineData("""["null","double"]""", "02000000000000f8ff", "NaN")]
    [InlineData("""["null","double"]""", "00", null)]
    [InlineData("\"string\"", "0261", "a")]
    public void Where_scalars_are_taken_numbers_and_flags_have_their_text(string type, string hex, string? text)
    {
        WriterType schema = SchemaReader.Read($$"""{"type":"record","name":"T","fields":[{"name":"a","type":{{type}}}]}""");
        byte[] payload = Convert.FromHexString(hex);
        Projection projection = Projection.Compile(schema, [new WantedPath(FieldPath.Parse("a"), PathNeed.ScalarOrNothing)]);
        FieldSlice[] fields = new FieldSlice[1];
        Assert.True(projection.TryRead(payload, fields, out _));
        Assert.Equal(text, projection.Text(fields[0], payload));
    }

    [Fact]
    public void Joining_strings_allocates_nothing_once_there_is_room()
    {
        Projection projection = Projection.Compile(SchemaReader.Read(Order), ["items[].title", "attributes{}[]", "tags[]"]);
        byte[] payload = Payload();
        FieldSlice[] fields = new FieldSlice[3];
        JoinedTexts joined = new();
        Assert.True(projection.TryRead(payload, fields, joined, out _));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                joined.Clear();
                projection.TryRead(payload, fields, joined, out _);
            }
        }));
    }

    private static byte[] Payload() => Payloads.Of(writer =>
    {
        writer.WriteLong(1);
        Strings(writer, "oil", "gas");
        writer.WriteLong(3);
        Item(writer, "first", 1, ["a", "b"], 0);
        Item(writer, null, 2, ["c"], 1);
        Item(writer, "third", 3, [], 0);
        writer.WriteLong(0);
        writer.WriteLong(3);
        writer.WriteString("color");
        writer.WriteLong(0);
        writer.WriteString("red");
        writer.WriteString("size");
        writer.WriteLong(1);
        writer.WriteLong(17);
        writer.WriteString("more");
        writer.WriteLong(2);
        Strings(writer, "x", "y");
        writer.WriteLong(0);
        writer.WriteLong(2);
        foreach (int[] row in new int[][] { [1, 2], [3] })
        {
            writer.WriteLong(row.Length);
            foreach (int size in row) writer.WriteInt(size);
            writer.WriteLong(0);
        }

        writer.WriteLong(0);
        writer.WriteLong(3);
        foreach (int kind in new[] { 1, 0, 1 }) writer.WriteEnum(kind);
        writer.WriteLong(0);
        writer.WriteLong(2);
        writer.WriteInt(0);
        writer.WriteInt(1);
        writer.WriteLong(0);
        Strings(writer, "ö", "");
        writer.WriteString("end");
    });

    private static void Item(BinaryEncoder writer, string? title, int count, string[] notes, int parts)
    {
        writer.WriteLong(title is null ? 0 : 1);
        if (title is not null) writer.WriteString(title);
        writer.WriteInt(count);
        Strings(writer, notes);
        if (parts > 0) writer.WriteLong(parts);
        for (int i = 0; i < parts; i++) Item(writer, "inner", 9, [], 0);
        writer.WriteLong(0);
    }

    private static void Strings(BinaryEncoder writer, params string[] texts)
    {
        if (texts.Length > 0) writer.WriteLong(texts.Length);
        foreach (string text in texts) writer.WriteString(text);
        writer.WriteLong(0);
    }
}
