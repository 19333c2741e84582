using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using Sluice.Cli.Embedded;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

public sealed class RegistryClientTests : IAsyncDisposable
{
    private const string Schema = """{"type":"record","name":"Mail","fields":[{"name":"body","type":"string"}]}""";

    private readonly RealTimers _time = new();
    private readonly ScriptedServer _server = new();

    [Fact]
    public async Task A_hundred_threads_cause_one_request_for_an_id()
    {
        _server.Answer = _ => (200, JsonSerializer.Serialize(new { schema = Schema }));
        using RegistryClient client = Create();

        RegisteredSchema[] schemas = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => client.GetSchemaAsync(7))));

        Assert.All(schemas, schema => Assert.Equal(Schema, schema.Text));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task An_unknown_id_is_no_schema_and_is_asked_for_once_until_its_time_is_over()
    {
        _server.Answer = _ => (404, """{"error_code":40403,"message":"Schema 9 not found"}""");
        using RegistryClient client = Create();

        SchemaNotFoundException failure = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(9));
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(9));
        Assert.Equal(1, _server.Requests);
        _time.Advance(TimeSpan.FromSeconds(16));
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(9));

        Assert.Contains("no schema with id 9 ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task A_404_that_is_not_the_registrys_own_condemns_no_document()
    {
        _server.Answer = _ => (404, "<html>no such page</html>");
        using RegistryClient client = Create();

        RegistryUnavailableException failure = await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(9));

        Assert.Contains("base of the API", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, """{"schema":"\"int\"","\ud800 is no character":1}""")]
    [InlineData(404, """{"error_code":40403,"\ud800 is no character":1}""")]
    public async Task An_answer_with_a_key_that_is_no_text_condemns_no_document(int status, string body)
    {
        _server.Answer = _ => (status, body);
        using RegistryClient client = Create();

        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(9));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task A_failure_that_may_pass_is_tried_again(int status)
    {
        _server.Answer = n => n < 3 ? (status, "{}") : (200, """{"schema":"\"string\""}""");
        using RegistryClient client = Create();

        Assert.Equal("\"string\"", (await client.GetSchemaAsync(1)).Text);
        Assert.Equal(3, _server.Requests);
    }

    [Fact]
    public async Task A_registry_that_stays_down_is_unavailable_and_comes_back_later()
    {
        bool down = true;
        _server.Answer = _ => down ? (503, """{"error_code":50302,"message":"leader unknown"}""") : (200, """{"schema":"\"long\""}""");
        using RegistryClient client = Create();

        RegistryUnavailableException failure = await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));
        Assert.Contains("leader unknown", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, _server.Requests); // the attempts, and one for another id
        down = false;

        Assert.Equal("\"long\"", (await client.GetSchemaAsync(1)).Text);
    }

    [Fact]
    public async Task A_closed_port_is_unavailable_and_the_message_says_what_to_check()
    {
        using var client = new RegistryClient(Options() with { Url = "http://127.0.0.1:1" });

        RegistryUnavailableException failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));

        Assert.Contains("4 attempts", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Registry:Url", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_cut_off_by_the_time_out()
    {
        _server.Hang = true;
        using var client = new RegistryClient(Options() with { Attempts = 1, Timeout = TimeSpan.FromMilliseconds(100) });

        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));
    }

    [Fact]
    public async Task Answers_over_the_limit_are_cut_off_and_condemn_no_document_while_all_are()
    {
        _server.Answer = _ => (200, new string('x', 100_000));
        using var client = new RegistryClient(Options() with { MaxAnswerBytes = 2048 });

        RegistryUnavailableException failure = await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));

        Assert.Contains("MaxAnswerBytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests); // the last of the attempts is for another id
    }

    [Theory]
    [InlineData(100_000, "MaxAnswerBytes")]
    [InlineData(1000, "no answer of a schema registry")]
    public async Task One_answer_that_cannot_be_used_among_good_ones_is_poison_after_the_attempts(int length, string words)
    {
        _server.Answer = _ => _server.LastPath!.EndsWith("/7", StringComparison.Ordinal)
            ? (200, new string('x', length))
            : (404, """{"error_code":40403,"message":"Schema 0 not found"}""");
        using var client = new RegistryClient(Options() with { MaxAnswerBytes = 2048 }, _time);

        SchemaNotFoundException failure = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Equal(5, _server.Requests);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7)); // kept, so that a topic full of them goes on

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("Schema 7 cannot be used", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, _server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_the_message_names_its_target()
    {
        _server.Answer = _ => (302, "");
        _server.Location = "http://elsewhere.example/schemas/ids/1";
        using RegistryClient client = Create();

        RegistryUnavailableException failure = await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));

        Assert.Contains("elsewhere.example", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests); // one less than the attempts, and one for another id
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"schema\":7}")]
    [InlineData("{\"schema\":\"\\ud800\"}")]
    [InlineData("{\"schema\":")]
    [InlineData("\u0000\u0001")]
    public async Task An_answer_that_is_no_schema_is_unavailable_not_poison(string body)
    {
        _server.Answer = _ => (200, body);
        using RegistryClient client = Create();

        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(1));
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.RegisterAsync("t-value", Schema));
    }

    [Fact]
    public void Any_bytes_are_an_answer_that_can_be_told() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body =>
        {
            var answer = new RegistryAnswer(System.Net.HttpStatusCode.NotFound, body ?? [], null, null);
            return answer.Summary(new Redaction([])).Length < 700 && answer.Text("schema") is null && answer.Number("id") is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("""{"schemaType":"PROTOBUF","schema":"message M {}"}""", "PROTOBUF")]
    [InlineData("""{"schemaType":"JSON","schema":"{}"}""",
        "text values; set Sluice:Input:Format to Json, which reads documents of JSON Schema.")]
    public async Task A_schema_that_the_worker_cannot_read_is_poison(string body, string words)
    {
        _server.Answer = _ => (200, body);
        using RegistryClient client = Create();

        Assert.Contains(words, (await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_any_size_and_kind_stay_few_characters_that_no_terminal_obeys()
    {
        string words = $"FORGED \\u001b[2J{new string('w', 1_000_000)}";
        foreach (string body in
            new[] { $$"""{"schemaType":"{{words}}","schema":"x"}""", $$"""{"error_code":40403,"message":"{{words}}"}""" })
        {
            _server.Answer = _ => (body.Contains("error_code", StringComparison.Ordinal) ? 404 : 200, body);
            using RegistryClient client = Create();
            string message = (await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(1))).Message;
            Assert.InRange(message.Length, 20, 600);
            Assert.Contains(@"FORGED \u001B[2J", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(401, """{"error_code":401,"message":"Unauthorized"}""", "Registry:User")]
    [InlineData(403, "", "right")]
    [InlineData(409, """{"error_code":409,"message":"incompatible"}""", "compatibility level")]
    [InlineData(422, """{"error_code":42201,"message":"Invalid schema"}""", "42201")]
    public async Task A_refused_schema_says_why_and_is_not_sent_again(int status, string body, string words)
    {
        _server.Answer = _ => (status, body);
        using RegistryClient client = Create();

        RegistryRefusedException failure = await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            client.RegisterAsync("t-value", Schema));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"HTTP {status}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task A_schema_is_looked_up_where_it_is_not_to_be_registered()
    {
        await using var registry = new EmbeddedRegistry();
        Uri address = await registry.StartAsync();
        using var careful = new RegistryClient(new RegistryOptions { Url = address.ToString(), AutoRegister = false });
        using var writer = new RegistryClient(new RegistryOptions { Url = address.ToString() });

        RegistryRefusedException failure = await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            careful.LookUpAsync("labels-value", Schema));
        Assert.Contains("AutoRegister", failure.Message, StringComparison.Ordinal);
        int id = await writer.RegisterAsync("labels-value", Schema);

        Assert.Equal(id, await careful.LookUpAsync("labels-value", Schema));
    }

    [Fact]
    public async Task Basic_authentication_is_sent()
    {
        _server.Answer = _ => (200, """{"schema":"\"int\""}""");
        using var client = new RegistryClient(Options() with { User = "anna", Password = "ü:1" });

        await client.GetSchemaAsync(1);

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:ü:1")), _server.LastAuthorization);
    }

    [Fact]
    public async Task The_base_address_may_have_a_path()
    {
        _server.Answer = _ => (200, """{"id":3}""");
        using var client = new RegistryClient(Options() with { Url = _server.Address + "apis/ccompat/v7" });

        Assert.Equal(3, await client.RegisterAsync("odd /subject-value", Schema));
        Assert.Equal("/apis/ccompat/v7/subjects/odd%20%2Fsubject-value/versions", _server.LastPath);
    }

    [Fact]
    public void Wrong_options_are_named_all_at_once()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new RegistryClient(new RegistryOptions
        {
            Url = "registry:8081",
            Password = "x",
            Attempts = 0,
            CaFile = "/nowhere/ca.pem",
        }));

        foreach (string name in new[] { "Registry:Url", "Registry:Password", "Attempts", "Registry:CaFile" })
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_file_that_is_empty_is_none_and_one_that_is_no_path_is_refused()
    {
        using (new RegistryClient(new RegistryOptions { CaFile = "" }))
        {
        }

        Assert.Contains("Registry:CaFile",
            Assert.Throws<ArgumentException>(() => new RegistryClient(new RegistryOptions { CaFile = "a\0b" })).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_address_is_refused_and_not_repeated()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() =>
            new RegistryClient(new RegistryOptions { Url = "https://me:secret@registry" }));

        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "PASSWORD")]
    [InlineData(503, "no such user: sluice:PASSWORD")]
    [InlineData(503, "Authorization: Basic BASIC")]
    [InlineData(404, "PASSWORD", 40403)]
    [InlineData(401, "PASSWORD is wrong", 401)]
    [InlineData(200, "PASSWORD")]
    public async Task A_registry_that_repeats_the_password_is_told_without_it(int status, string words, int code = 0)
    {
        const string Password = "t0p-s3cret:Zq9x";
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"sluice:{Password}"));
        string said = words.Replace("PASSWORD", Password, StringComparison.Ordinal).Replace("BASIC", basic, StringComparison.Ordinal);
        _server.Answer = _ => (status, $$"""{"error_code":{{code}},"message":"{{said}}","schemaType":"{{said}}","schema":"\"int\""}""");
        RegistryOptions options = Options() with { User = "sluice", Password = Password };
        using RegistryClient alone = new(options, _time),
            cleaned = new(options with { Password = "other" }, _time, new Redaction([Password, basic]));
        foreach (RegistryClient client in new[] { alone, cleaned })
        {
            Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => client.GetSchemaAsync(9));
            Assert.Contains("***", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(basic[^8..], failure.Message, StringComparison.Ordinal);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private RegistryClient Create() => new(Options(), _time);

    private RegistryOptions Options() =>
        new()
        {
            Url = _server.Address,
            Attempts = 4,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(1),
            UnknownIdGrace = TimeSpan.Zero,
        };

    /// <summary>Failures age by the test's clock; retries and time-outs, which are set to milliseconds here, by the machine's.</summary>
    private sealed class RealTimers : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime, period);
    }
}
