using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents.Registry;

/// <summary>Schemas that a document names by their GUID, or in a header.</summary>
public sealed class RegistryGuidTests : IAsyncDisposable
{
    private const string Schema = """{"type":"record","name":"Mail","fields":[{"name":"body","type":"string"}]}""";
    private const string NoPath = """{"error_code":404,"message":"HTTP 404 Not Found"}""";

    private static readonly Guid Known = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly byte[] GuidBytes = [1, .. Known.ToByteArray(bigEndian: true)];

    private readonly ScriptedServer _server = new();

    [Fact]
    public async Task A_schema_is_asked_for_by_its_GUID_once()
    {
        _server.Answer = _ => (200, JsonSerializer.Serialize(new { schema = Schema, guid = Known }));
        using RegistryClient client = Create();
        AvroFormat format = FormatOf(client);
        RecordHeader[] header = [new(SchemaFrame.Header, GuidBytes)];
        byte[] payload = [8, .. "good"u8], framed = [.. GuidBytes, .. payload];
        DocumentFields fields = new(1);

        Assert.Null(await format.PrepareAsync(header, payload, TestContext.Current.CancellationToken));
        Assert.IsType<RecordContent.Document>(format.Read(header, payload, fields));
        Assert.Equal("good"u8, fields.BytesOf(fields.Text[0], payload));
        Assert.Null(await format.PrepareAsync([], framed, TestContext.Current.CancellationToken));
        Assert.Equal("-|good", format.Told(framed));
        Assert.Equal((1, "/schemas/guids/00112233-4455-6677-8899-aabbccddeeff"), (_server.Requests, _server.LastPath));
    }

    [Fact]
    public async Task A_schema_s_id_in_a_header_is_that_before_the_value()
    {
        _server.Answer = _ => (200, JsonSerializer.Serialize(new { schema = Schema }));
        using RegistryClient client = Create();
        AvroFormat format = FormatOf(client);
        RecordHeader[] header = [new(SchemaFrame.Header, [0, 0, 0, 0, 9])];
        byte[] payload = [8, .. "good"u8];
        DocumentFields fields = new(1);

        Assert.Null(await format.PrepareAsync(header, payload, TestContext.Current.CancellationToken));
        Assert.IsType<RecordContent.Document>(format.Read(header, payload, fields));
        Assert.Equal("good"u8, fields.BytesOf(fields.Text[0], payload));
        Assert.Equal("/schemas/ids/9", _server.LastPath);
        byte[] framed = [0, 0, 0, 0, 9, .. payload];
        Assert.Null(await format.PrepareAsync([], framed, TestContext.Current.CancellationToken));
        Assert.Equal("-|good", format.Told(framed));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task What_the_registry_does_not_know_is_told_with_the_header_that_names_it()
    {
        _server.Answer = _ => (404, """{"error_code":40403,"message":"Schema not found"}""");
        using RegistryClient client = Create();
        AvroFormat format = FormatOf(client);
        foreach (byte[] named in new byte[][] { GuidBytes, [0, 0, 0, 0, 9] })
        {
            Rejection rejection = (await format.PrepareAsync([new RecordHeader(SchemaFrame.Header, named)], new byte[] { 0 },
                TestContext.Current.CancellationToken))!;
            Assert.Equal(RejectionReason.UnknownSchema, rejection.Reason);
            Assert.EndsWith("The header __value_schema_id names it", rejection.Detail, StringComparison.Ordinal);
            Assert.Contains(named.Length == 5 ? "id 9" : "GUID 00112233-4455-6677-8899-aabbccddeeff", rejection.Detail,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(404, NoPath)]
    [InlineData(404, "<html>no such page</html>")]
    [InlineData(405, "")]
    public async Task A_registry_that_serves_no_GUIDs_is_told_from_one_that_is_not_there(int status, string body)
    {
        _server.AnswerTo = path => Task.FromResult(path.StartsWith("/schemas/guids/", StringComparison.Ordinal) ? (status, body)
            : (404, """{"error_code":40403,"message":"Schema 0 not found"}"""));
        using RegistryClient client = Create();
        AvroFormat format = FormatOf(client);
        byte[] framed = [.. GuidBytes, 8, .. "good"u8];
        for (int i = 0; i < 2; i++) // the second time it is remembered
        {
            Rejection rejection = (await format.PrepareAsync([], framed, TestContext.Current.CancellationToken))!;
            Assert.Equal(RejectionReason.WireFormat, rejection.Reason);
            Assert.Contains("does not find schemas by GUID", rejection.Detail, StringComparison.Ordinal);
            Assert.EndsWith("; have the writer name the schema by its id, in front or in the header __value_schema_id, or set "
                + "Sluice:Registry:Url to a registry that serves GUIDs", rejection.Message, StringComparison.Ordinal);
            Assert.Equal(Setting.RegistryUrl, rejection.WayOut.Likely);
        }

        Assert.Equal(3, _server.Requests); // it, something else, and it once more
    }

    [Fact]
    public async Task One_404_for_a_GUID_condemns_nothing_where_the_next_attempt_gives_it()
    {
        int asked = 0;
        _server.AnswerTo = path => Task.FromResult(!path.StartsWith("/schemas/guids/", StringComparison.Ordinal)
            ? (404, """{"error_code":40403,"message":"Schema 0 not found"}""")
            : Interlocked.Increment(ref asked) == 1 ? (404, NoPath) : (200, JsonSerializer.Serialize(new { schema = Schema })));
        using RegistryClient client = Create();
        Assert.Equal(Schema, (await client.GetSchemaAsync(new SchemaId(0, Known))).Text);
    }

    [Fact]
    public async Task Where_another_GUID_was_given_one_that_is_refused_is_at_fault_itself()
    {
        string known = $"/schemas/guids/{Known}";
        _server.AnswerTo = path => Task.FromResult(path == known ? (200, JsonSerializer.Serialize(new { schema = Schema })) : (405, ""));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(new SchemaId(0, Known));
        SchemaNotFoundException failure =
            await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(new SchemaId(0, Guid.Empty)));
        Assert.StartsWith("Schema 00000000-0000-0000-0000-000000000000 cannot be used", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_stands_before_all_answers_condemns_no_document()
    {
        _server.Answer = _ => (404, "<html>no such page</html>");
        using RegistryClient client = Create();
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(new SchemaId(0, Known)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private RegistryClient Create() => new(new RegistryOptions { Url = _server.Address, Attempts = 1, UnknownIdGrace = TimeSpan.Zero });

    private static AvroFormat FormatOf(RegistryClient client) =>
        new(client, new InputOptions { TextFields = ["body"] }, new OutputOptions(), TimeProvider.System, NullLogger<AvroFormat>.Instance);
}
