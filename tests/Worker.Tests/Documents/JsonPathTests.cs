using System.Text;
using System.Text.Json.Nodes;
using Sluice.Worker.Documents;

namespace Worker.Tests.Documents;

/// <summary>Paths through arrays and objects of JSON, fields that may be absent, fields that are copied.</summary>
public sealed class JsonPathTests
{
    private const string Order = """
        {"tags":["oil","g\u00e4s",null,""],
         "items":[{"title":"first","n":[{"x":"a"},{"x":"b"}]},{"count":2},7,{"title":null,"n":null},{"title":"last","n":[]}],
         "attributes":{"color":"red","size":"x\/y","more":{"deep":"z"}},
         "grid":[["1","2"],[],["3"]],
         "mail":{"to":["u","v"]},
         "log.level":"warn", "a[]":"brackets"}
        """;

    [Theory]
    [InlineData("tags[]", "oil gäs ")]
    [InlineData("items[].title", "first last")]
    [InlineData("items[].n[].x", "a b")]
    [InlineData("attributes.color", "red")]
    [InlineData("attributes{}.deep", "z")]
    [InlineData("grid[][]", "1 2 3")]
    [InlineData("mail.to[]", "u v")]
    [InlineData("mail{}[]", "u v")]
    [InlineData("log\\.level", "warn")]
    [InlineData("a\\[\\]", "brackets")]
    public void The_texts_of_a_path_are_joined_in_their_order(string path, string text) => Assert.Equal(text, TextOf(Order, path));

    [Theory]
    [InlineData("""{"tags":[]}""", "tags[]")]
    [InlineData("""{"tags":null}""", "tags[]")]
    [InlineData("""{"tags":[null]}""", "tags[]")]
    [InlineData("""{"tags":[{"x":"no"}]}""", "tags[].title")]
    [InlineData("""{"tags":{}}""", "tags{}")]
    [InlineData("""{"tags":null}""", "tags{}.x")]
    public void Without_a_text_an_array_is_null(string json, string path) =>
        Assert.Equal(FieldState.Null, Read(json, path).Fields.Text[0].State);

    [Theory]
    [InlineData("""{}""", "tags[]")]
    [InlineData("""{"tags":"oil"}""", "tags[]")]
    [InlineData("""{"tags":{"x":"oil"}}""", "tags[]")]
    [InlineData("""{"tags":["oil"]}""", "tags{}")]
    [InlineData("""{"mail":{}}""", "mail.to[]")]
    [InlineData("""{"mail":null}""", "mail.to[]")]
    public void Without_its_array_a_path_is_missing(string json, string path) =>
        Assert.Equal(FieldState.Missing, Read(json, path).Fields.Text[0].State);

    [Theory]
    [InlineData("""{"tags":["a",5]}""", "tags[]", "not-text: one of the texts of field 'tags[]' is a number, not a string")]
    [InlineData("""{"tags":["a",true]}""", "tags[]", "not-text: one of the texts of field 'tags[]' is true or false, not a string")]
    [InlineData("""{"tags":["a",["b"]]}""", "tags[]",
        "not-text: one of the texts of field 'tags[]' is an array, not a string; tags[][] leads to the elements of each")]
    [InlineData("""{"tags":["a",{"x":"b"}]}""", "tags[]",
        "not-text: one of the texts of field 'tags[]' is an object, not a string; tags[].NAME leads to a field of each")]
    [InlineData("""{"tags":["\ud800",5]}""", "tags[]", "invalid-utf8: one of the texts of field 'tags[]' is not valid Unicode text")]
    public void A_text_that_is_none_is_told(string json, string path, string reason)
    {
        Rejection rejection = Read(json, path).Rejection!;
        Assert.Equal(reason, $"{rejection.Reason.Name()}: {rejection.Detail}");
    }

    /// <summary>The last of a name counts, in each object by itself, whatever the ones before it led to.</summary>
    [Theory]
    [InlineData("""{"items":[{"title":"a"},{"title":"b"}],"items":[{"title":"c"}]}""", "items[].title", "c")]
    [InlineData("""{"items":[{"title":"a","title":"b"},{"title":"c"}]}""", "items[].title", "b c")]
    [InlineData("""{"items":[{"title":5,"title":"b"},{"title":"\ud800","title":"c"}]}""", "items[].title", "b c")]
    [InlineData("""{"items":[5],"items":[{"title":"a"},{"title":["x"],"title":null},{"title":"b"}]}""", "items[].title", "a b")]
    [InlineData("""{"items":[{"title":"a"}],"items":7}""", "items[].title", null)]
    [InlineData("""{"mail":{"to":["a"]},"mail":{"to":["b"],"to":["c","d"]}}""", "mail.to[]", "c d")]
    public void Of_a_property_that_is_there_twice_the_last_one_counts(string json, string path, string? text)
    {
        (Rejection? rejection, DocumentFields fields, byte[] value) = Read(json, path);
        Assert.Null(rejection);
        Assert.Equal(text, Text(fields.Text[0], fields, value));
    }

    [Fact]
    public void A_field_that_may_be_absent_counts_as_null()
    {
        InputOptions input = new()
        {
            Format = InputFormat.Json,
            TextFields = ["subject", "tags[]", "body"],
            OptionalFields = ["subject", "tags[]"],
        };
        DocumentFields fields = new(3);
        Assert.Null(new JsonFormat(input, new OutputOptions()).Read("""{"body":"b"}"""u8, fields).Fault());
        Assert.Equal([FieldState.Null, FieldState.Null, FieldState.Present], fields.Text.ToArray().Select(field => field.State));
        fields.Clear();
        Assert.Null(new JsonFormat(input, new OutputOptions()).Read("{}"u8, fields).Fault());
        Assert.Equal([FieldState.Null, FieldState.Null, FieldState.Missing], fields.Text.ToArray().Select(field => field.State));
        fields.Clear();
        Assert.Equal(RejectionReason.NotText,
            new JsonFormat(input, new OutputOptions()).Read("""{"subject":7,"body":"b"}"""u8, fields).Fault()!.Reason);
    }

    [Theory]
    [InlineData("text", "\"a\\u00e9\"", "aé")]
    [InlineData("n", "12.50", "12.50")]
    [InlineData("flag", "true", "true")]
    [InlineData("flag", "false", "false")]
    [InlineData("none", "null", null)]
    [InlineData("object", "{\"a\":\"b\"}", null)]
    [InlineData("broken", "\"\\ud800\"", null)]
    public void A_copied_field_is_a_text_a_number_or_a_flag_and_never_condemns(string name, string json, string? copied)
    {
        byte[] value = Encoding.UTF8.GetBytes($$"""{"body":"b","{{name}}":{{json}}}""");
        Assert.Equal(copied, Copied(value, name).GetValueOrDefault(name));
        value = Encoding.UTF8.GetBytes($$"""{"body":"b","list":[{{json}},"x"]}""");
        Assert.Equal(name is "object" or "broken" ? null : copied is null ? "x" : $"{copied} x",
            Copied(value, "list[]").GetValueOrDefault("list[]"));
    }

    [Fact]
    public void A_field_may_be_text_and_copied_at_once_and_is_named_as_it_is_configured()
    {
        byte[] value = """{"body":"b","tags":["x","y"],"mail":{"to":5}}"""u8.ToArray();
        Assert.Equal([("body", "b"), ("mail.to", "5"), ("tags[]", "x y")],
            Copied(value, "body", "none", "mail.to", "tags[]").Select(field => (field.Key, field.Value)));
        InputOptions input = new() { Format = InputFormat.Json, TextFields = ["n"] };
        Assert.Equal("field 'n' is a number, not a string",
            new JsonFormat(input, new OutputOptions { CopyFields = ["n"] }).Read("""{"n":5}"""u8, new DocumentFields(1, 1)).Fault()!
                .Detail);
    }

    [Fact]
    public void A_copied_text_has_at_most_4096_bytes()
    {
        Assert.Equal(CopiedFields.MostBytes, Copied(Long(CopiedFields.MostBytes), "long")["long"].Length);
        Assert.Empty(Copied(Long(CopiedFields.MostBytes + 1), "long"));

        static byte[] Long(int length) => Encoding.UTF8.GetBytes($$"""{"body":"b","long":"{{new string('x', length)}}"}""");
    }

    /// <summary>Against System.Text.Json's tree: every path over random objects, in one reading.</summary>
    [Fact]
    public void Random_objects_are_read_as_their_tree_is()
    {
        string[] paths =
        [
            "a", "b", "c", "a[]", "a[][]", "a{}", "a.b", "a[].b", "a.b[]", "a{}.c", "a{}[]", "b[].a[]", "b.c.a", "b{}{}", "c[].c[].c",
            "c.a{}", "c[]{}", "c{}.a.b", "c[].a", "a[].b[].c",
        ];
        InputOptions input = new() { Format = InputFormat.Json, TextFields = ["t"] };
        JsonFormat format = new(input, new OutputOptions { CopyFields = paths });
        DocumentFields fields = new(1, paths.Length);
        Random random = new(7);
        int found = 0;
        for (int run = 0; run < 20_000; run++)
        {
            JsonObject tree = RandomObject(random, 0);
            tree["t"] = "";
            byte[] value = Encoding.UTF8.GetBytes(tree.ToJsonString());
            fields.Clear();
            Assert.Null(format.Read(value, fields).Fault());
            IReadOnlyDictionary<string, string> copied = new CopiedFields(paths).Of(fields, value);
            foreach (string path in paths)
            {
                List<string?> expected = [.. JsonTree.TextsOf(tree, path)];
                Assert.Equal(expected.Count == 0 || expected.Contains(null) ? null : string.Join(' ', expected),
                    copied.GetValueOrDefault(path));
                found += expected.Count;
            }
        }

        Assert.InRange(found, 20_000, int.MaxValue);
    }

    [Fact]
    public void Mutated_values_are_read_or_refused_and_nothing_else()
    {
        Random random = new(1);
        byte[] seed = Encoding.UTF8.GetBytes(Order), buffer = new byte[2 * seed.Length];
        string[] paths = ["tags[]", "items[].title", "items[].n[].x", "attributes{}.deep", "attributes.more{}", "grid[][]", "mail.to[]"];
        JsonFormat format = new(new InputOptions { Format = InputFormat.Json, TextFields = paths, OptionalFields = paths },
            new OutputOptions { CopyFields = [.. paths, "items[].count", "log\\.level"] });
        DocumentFields fields = new(paths.Length, paths.Length + 2);
        int read = 0;
        for (int run = 0; run < 200_000; run++)
        {
            byte[] value = [.. buffer.AsSpan(0, Avro.Fuzz.Mutation.Apply(seed, seed, buffer, random))];
            fields.Clear();
            if (format.Read(value, fields) is not RecordContent.Document) continue;
            read++;
            for (int i = 0; i < fields.Count; i++)
                if (fields[i].State == FieldState.Present) Assert.True(System.Text.Unicode.Utf8.IsValid(fields.BytesOf(fields[i], value)));
        }

        Assert.InRange(read, 1000, 150_000);
    }

    private static JsonObject RandomObject(Random random, int depth)
    {
        JsonObject made = [];
        foreach (string name in new[] { "a", "b", "c" })
            if (random.Next(3) > 0) made[name] = RandomValue(random, depth + 1);
        return made;
    }

    private static JsonNode? RandomValue(Random random, int depth) => random.Next(depth > 4 ? 4 : 8) switch
    {
        0 => null,
        1 => random.Next(100),
        2 => random.Next(2) == 0,
        3 => $"s{random.Next(10)}é\n",
        4 or 5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth + 1))]),
        _ => RandomObject(random, depth),
    };

    private static string? TextOf(string json, string path)
    {
        (Rejection? rejection, DocumentFields fields, byte[] value) = Read(json, path);
        Assert.Null(rejection);
        return Text(fields.Text[0], fields, value);
    }

    private static string? Text(FieldText field, DocumentFields fields, byte[] value) =>
        field.State == FieldState.Present ? Encoding.UTF8.GetString(fields.BytesOf(field, value)) : null;

    private static (Rejection? Rejection, DocumentFields Fields, byte[] Value) Read(string json, string path)
    {
        byte[] value = Encoding.UTF8.GetBytes(json);
        DocumentFields fields = new(1);
        JsonFormat format = new(new InputOptions { Format = InputFormat.Json, TextFields = [path] }, new OutputOptions());
        return (format.Read(value, fields).Fault(), fields, value);
    }

    private static IReadOnlyDictionary<string, string> Copied(byte[] value, params string[] paths)
    {
        DocumentFields fields = new(1, paths.Length);
        InputOptions input = new() { Format = InputFormat.Json, TextFields = ["body"] };
        Assert.Null(new JsonFormat(input, new OutputOptions { CopyFields = paths }).Read(value, fields).Fault());
        return new CopiedFields(paths).Of(fields, value);
    }
}
