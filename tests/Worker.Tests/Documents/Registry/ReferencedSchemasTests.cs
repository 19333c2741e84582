using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

public sealed class ReferencedSchemasTests : IAsyncDisposable
{
    private const string Person = """{"type":"record","name":"Person","namespace":"shop","fields":[{"name":"nick","type":"string"}]}""";
    private const string Doc = """{"type":"record","name":"Doc","namespace":"shop","fields":[{"name":"id","type":"string"},"""
        + """{"name":"who","type":"shop.Person"},{"name":"text","type":"string"}]}""";

    private readonly JumpingTime _time = new();
    private readonly ScriptedServer _server = new();
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);

    public ReferencedSchemasTests() => _server.AnswerTo = path => Task.FromResult(
        _answers.TryGetValue(path, out string? body) ? (200, body) : (404, """{"error_code":40401,"message":"Subject not found"}"""));

    [Fact]
    public async Task A_schema_that_refers_to_another_is_read_with_it()
    {
        AddRoot(Doc, ("person", 1));
        Add("person", 1, Person);
        using RegistryClient client = Create();

        RegisteredSchema schema = await client.GetSchemaAsync(7);

        Assert.Equal((Doc, Person), (schema.Text, Assert.Single(schema.Referenced)));
        InputOptions input = new() { TextFields = ["text", "who.nick"] };
        WriterSchema compiled = WriterSchema.Compile(7, schema.Text, DocumentPaths.Of(input, new OutputOptions()),
            referenced: schema.Referenced);
        Assert.Null(compiled.Rejection);
        Assert.NotNull(WriterSchema.Compile(7, schema.Text, DocumentPaths.Of(input, new OutputOptions())).Rejection);
    }

    [Fact]
    public async Task What_is_referred_to_through_others_comes_first_and_is_asked_for_once()
    {
        AddRoot("\"string\"", ("a", 1), ("b", 2));
        Add("a", 1, "\"int\"", ("c", 3));
        Add("b", 2, "\"long\"", ("c", 3), ("a", 1));
        Add("c", 3, "\"double\"");
        using RegistryClient client = Create();
        Assert.Equal(["\"double\"", "\"int\"", "\"long\""], (await client.GetSchemaAsync(7)).Referenced);
        Assert.Equal(4, _server.Requests);
    }

    [Fact]
    public async Task Of_two_versions_that_meet_under_one_name_the_first_counts()
    {
        const string common = """{"type":"record","name":"Common","namespace":"c","fields":[{"name":"x","type":"string"}]}""";
        const string root = """{"type":"record","name":"Root","namespace":"c","fields":[{"name":"id","type":"string"},"""
            + """{"name":"text","type":"string"},{"name":"a","type":"A"},{"name":"b","type":"B"}]}""";
        AddRoot(root, ("c.A", 1), ("c.B", 1));
        foreach ((string subject, int version) in new[] { ("c.A", 1), ("c.B", 2) })
        {
            string text = common.Replace("Common", subject[2..], StringComparison.Ordinal)
                .Replace("\"string\"", "\"Common\"", StringComparison.Ordinal);
            _answers[$"/subjects/{subject}/versions/1?deleted=true"] = JsonSerializer.Serialize(new
            {
                schema = text,
                references = new[] { new { name = "c.Common", subject = "common", version } },
            });
        }

        Add("common", 1, common);
        Add("common", 2, common.Replace("\"string\"", "\"int\"", StringComparison.Ordinal));
        using RegistryClient client = Create();

        RegisteredSchema schema = await client.GetSchemaAsync(7);

        Assert.Equal((3, common), (schema.Referenced.Count, schema.Referenced[0]));
        Assert.Equal(4, _server.Requests);
        InputOptions input = new() { TextFields = ["text", "a.x.x", "b.x.x"] };
        Assert.Null(WriterSchema.Compile(7, root, DocumentPaths.Of(input, new OutputOptions()), referenced: schema.Referenced).Rejection);
    }

    [Fact]
    public async Task A_subject_may_have_any_name()
    {
        const string subject = ":.shop:odd /ö?#%";
        AddRoot("\"string\"", (subject, 1));
        Add(subject, 1, Person);
        using RegistryClient client = Create();
        Assert.Equal(Person, Assert.Single((await client.GetSchemaAsync(7)).Referenced));
    }

    [Fact]
    public async Task A_circle_is_refused_and_named()
    {
        AddRoot("\"string\"", ("a", 1));
        Add("a", 1, "\"int\"", ("b", 1));
        Add("b", 1, "\"int\"", ("a", 1));
        await RefusedAsync("Schema 7 refers to version 1 of the subject \"a\", which refers to itself through others");
        Assert.Equal(3, _server.Requests);
    }

    [Fact]
    public async Task Too_many_are_refused()
    {
        AddRoot("\"string\"", ("s0", 1));
        for (int i = 0; i <= ReferencedSchemas.Most; i++) Add($"s{i}", 1, "\"int\"", ($"s{i + 1}", 1));
        await RefusedAsync($"refers to more than {ReferencedSchemas.Most} other schemas");
        Assert.Equal(ReferencedSchemas.Most + 1, _server.Requests);
    }

    [Fact]
    public async Task Together_they_may_be_no_larger_than_one_answer()
    {
        string text = new('x', 1000);
        AddRoot(text, ("a", 1));
        Add("a", 1, text);
        await RefusedAsync("Sluice:Registry:MaxAnswerBytes (2048)", 2048);
        _answers.Clear();
        AddRoot(text);
        using RegistryClient client = Create(2048);
        Assert.Equal(text, (await client.GetSchemaAsync(7)).Text);
    }

    [Fact]
    public async Task One_that_is_no_Avro_schema_is_refused()
    {
        AddRoot("\"string\"", ("a", 1));
        _answers["/subjects/a/versions/1?deleted=true"] = """{"schemaType":"PROTOBUF","schema":"message M {}"}""";
        await RefusedAsync("version 1 of the subject \"a\", which is no Avro schema");
    }

    [Fact]
    public async Task One_that_the_registry_does_not_have_is_waited_for_and_then_refused()
    {
        AddRoot("\"string\"", ("lost", 4));
        await RefusedAsync("Schema 7 refers to version 4 of the subject \"lost\", which the registry does not have");
        Assert.Equal(TimeSpan.FromSeconds(5), _time.Passed);
    }

    [Theory]
    [InlineData("""[{"name":"a","version":1}]""")]
    [InlineData("""[{"subject":"a"}]""")]
    [InlineData("""[{"subject":7,"version":1}]""")]
    [InlineData("""[{"subject":"a","version":1.5}]""")]
    [InlineData("[7]")]
    [InlineData("""["\ud800"]""")]
    public async Task References_that_are_none_condemn_the_one_schema(string references)
    {
        _answers["/schemas/ids/7"] = $$"""{"schema":"\"int\"","references":{{references}}}""";
        await RefusedAsync("Schema 7 cannot be used");
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(503, 0)]
    [InlineData(200, 5000)] // too large
    [InlineData(0, 0)] // breaks off
    public async Task Nor_in_what_is_told_of_a_request_that_fails(int status, int length)
    {
        _server.AnswerTo = path => path.StartsWith("/subjects/of%20t0p-s3cret/", StringComparison.Ordinal)
            ? status == 0 ? throw new ScriptedServer.BreakOff() : Task.FromResult((status, new string('x', length)))
            : Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) ? (200, Body("\"int\"", [("of t0p-s3cret", 3)]))
                : (404, """{"error_code":40403,"message":"not found"}"""));
        RegistryOptions options =
            new() { Url = _server.Address, Attempts = 2, Timeout = TimeSpan.FromMinutes(5), MaxAnswerBytes = 2048 };
        using RegistryClient client = new(options, _time, new Redaction(["t0p-s3cret"]));
        SchemaNotFoundException refused = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
        Assert.Contains("GET subjects/of ***/versions/3", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>What it says of records does not fit.</summary>
    [Fact]
    public async Task The_latest_version_of_a_subject_that_refers_to_nothing_is_refused_in_words_of_its_own()
    {
        Add("gone", 1, "\"int\"");
        _answers["/subjects/labels/versions/latest"] = Body("\"int\"", [("lost", 4)]).Replace("{", "{\"id\":3,",
            StringComparison.Ordinal).Replace("[{\"id\":3,", "[{", StringComparison.Ordinal);
        using RegistryClient client = Create();
        RegistryRefusedException refused = await Assert.ThrowsAsync<RegistryRefusedException>(() => client.GetLatestAsync("labels"));
        Assert.Equal("The subject labels refers to version 4 of the subject \"lost\", which the registry does not have. Mend that version "
            + "in the registry, or set Sluice:Registry:AutoRegister to true.", refused.Message);
    }

    /// <summary>A registry may repeat what it was sent.</summary>
    [Fact]
    public async Task A_secret_in_a_subject_s_name_is_not_shown()
    {
        RegistryOptions options = new();
        using RegistryHttp http = new(options, TimeProvider.System, new Redaction(["t0p-s3cret"]));
        byte[] root = Encoding.UTF8.GetBytes(Body("\"int\"", [("of t0p-s3cret", 3)]));
        byte[] unknown = """{"error_code":40401,"message":"not found"}"""u8.ToArray();
        ReferencedSchemas schemas = new("Schema 1", _ => Task.FromResult(new RegistryAnswer(HttpStatusCode.NotFound, unknown, null, null)),
            new RegistryFaults(http, options), options);
        SchemaNotFoundException refused = await Assert.ThrowsAsync<SchemaNotFoundException>(() =>
            schemas.CompleteAsync(new RegistryAnswer(HttpStatusCode.OK, root, null, null)));
        Assert.StartsWith("Schema 1 refers to version 3 of the subject \"of ***\", which the registry does not have", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_answered_ends_in_a_schema_or_in_a_reason()
    {
        RegistryOptions options = new();
        using RegistryHttp http = new(options, TimeProvider.System, new Redaction([]));
        RegistryFaults faults = new(http, options);
        Random random = new(20_261_128);
        int whole = 0;
        for (int i = 0; i < 3000; i++)
        {
            ReferencedSchemas schemas = new("Schema 1", _ => Task.FromResult(AnswerOf(random)), faults, options);
            try
            {
                await schemas.CompleteAsync(RootOf(random));
                whole++;
            }
            catch (Exception refused) when (refused is SchemaNotFoundException or RegistryUnavailableException)
            {
                Assert.InRange(refused.Message.Length, 20, 1200);
            }
        }

        Assert.InRange(whole, 100, 2900);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // What refers to others was given by then.
    private static RegistryAnswer RootOf(Random random)
    {
        while (true)
            if (AnswerOf(random) is { Status: HttpStatusCode.OK } answer && answer.Text("schema") is not null) return answer;
    }

    private static RegistryAnswer AnswerOf(Random random)
    {
        string[] pieces =
        [
            "{}", "[]", "null", "7", "-1", "1e9", "\"a\"", "\"\\ud800\"", "{\"\\ud800\":1}", "[[]]", """{"subject":null,"version":1}""",
            """{"subject":"a","version":1}""", """{"subject":"b","version":2}""", """{"subject":"","version":-1}""",
            """{"name":"n","subject":"a","version":2}""", """{"name":"n","subject":"b","version":1}""",
            """{"name":7,"subject":"c","version":1}""",
        ];
        string list = random.Next(3) == 0 ? Piece() : $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Piece()))}]";
        string body = random.Next(8) == 0 ? Piece() : $$"""{"schema":"\"int\"","references":{{list}}}""";
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        if (random.Next(8) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        HttpStatusCode status = random.Next(8) == 0 ? HttpStatusCode.NotFound : HttpStatusCode.OK;
        return new RegistryAnswer(status, bytes, null, null);

        string Piece() => pieces[random.Next(pieces.Length)];
    }

    private void AddRoot(string text, params (string Subject, int Version)[] references) =>
        _answers["/schemas/ids/7"] = Body(text, references);

    private void Add(string subject, int version, string text, params (string Subject, int Version)[] references)
    {
        string number = version.ToString(CultureInfo.InvariantCulture);
        _answers[$"/subjects/{Uri.EscapeDataString(subject)}/versions/{number}?deleted=true"] = Body(text, references);
    }

    private static string Body(string text, (string Subject, int Version)[] references) => JsonSerializer.Serialize(new
    {
        schema = text,
        references = references.Select(other => new { name = other.Subject, subject = other.Subject, version = other.Version }),
    });

    private async Task RefusedAsync(string words, int maxAnswerBytes = 4_194_304)
    {
        using RegistryClient client = Create(maxAnswerBytes);
        Assert.Contains(words, (await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7))).Message,
            StringComparison.Ordinal);
    }

    private RegistryClient Create(int maxAnswerBytes = 4_194_304) => new(new RegistryOptions
    {
        Url = _server.Address,
        Timeout = TimeSpan.FromMinutes(5),
        MaxAnswerBytes = maxAnswerBytes,
    }, _time);
}
