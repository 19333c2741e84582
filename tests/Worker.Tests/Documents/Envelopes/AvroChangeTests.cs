using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Documents.Registry;
using Worker.Tests.Documents.Avro.Fuzz;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Documents.Envelopes;

public sealed class AvroChangeTests
{
    private static readonly (int, string?) Row = (7, "good film");

    [Theory]
    [InlineData("c", true, "7|good film")]
    [InlineData("u", true, "7|good film")]
    [InlineData("r", true, "7|good film")]
    [InlineData("d", false, "tombstone")]
    [InlineData("t", false, "truncate events")]
    [InlineData("m", false, "messages of the database's log")]
    [InlineData("x", true, "envelope-mismatch: the event's op is none of c, r, u, d, t and m")]
    [InlineData("", true, "envelope-mismatch: the event's op is none of c, r, u, d, t and m")]
    [InlineData("cc", true, "envelope-mismatch: the event's op is none of c, r, u, d, t and m")]
    [InlineData("c", false, "envelope-mismatch: the event's op is c, r or u, but its 'after' is null, not there or no record: it has no "
        + "row to label; have the connector write whole rows there; where these are no change events, set Sluice:Input:Envelope to "
        + "None")]
    public async Task An_event_is_what_its_operation_says(string operation, bool hasAfter, string told) =>
        Assert.Equal(told, await ReadAsync(ChangeEvents.Schema, ChangeEvents.Avro(operation, (1, "old"), hasAfter ? Row : null)));

    [Fact]
    public async Task A_row_whose_text_is_null_is_a_document_without_text() =>
        Assert.Equal("7|-", await ReadAsync(ChangeEvents.Schema, ChangeEvents.Avro("c", null, (7, null))));

    /// <summary>Such as a topic whose rows stand without Debezium's envelope.</summary>
    [Theory]
    [InlineData("ddl", "databaseName")]
    [InlineData("source", "databaseName")]
    [InlineData("status", "event_count")]
    public async Task A_row_with_some_of_the_names_of_what_is_no_row_is_not_passed_over(string one, string other)
    {
        string schema = $$"""
            {"type":"record","name":"R","fields":[{"name":"{{one}}","type":"string"},{"name":"{{other}}","type":"string"}]}
            """;
        byte[] text = ChangeEvents.AvroText("x");
        Assert.StartsWith("envelope-mismatch", await ReadAsync(schema, [.. text, .. text]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_among_the_rows_is_known_by_its_schema()
    {
        byte[] text = ChangeEvents.AvroText("x"), one = ChangeEvents.AvroLong(1);
        Assert.Equal("heartbeats", await ReadAsync(ChangeEvents.HeartbeatSchema, one));
        Assert.Equal("schema changes", await ReadAsync(ChangeEvents.SchemaChangeSchema, [.. one, .. text, .. one, .. text]));
        Assert.Equal("transaction boundaries", await ReadAsync(ChangeEvents.TransactionSchema, [.. text, .. text, 0, 0]));
        Assert.Equal("messages of the database's log", await ReadAsync(ChangeEvents.MessageSchema, [.. text, 0, .. text]));
    }

    [Theory]
    [InlineData("""{"type":"record","name":"Row","fields":[{"name":"body","type":"string"}]}""", "Row is no change event of Debezium")]
    [InlineData("\"string\"", "string is no change event of Debezium")]
    [InlineData("""{"type":"record","name":"E","fields":[{"name":"op","type":"int"},{"name":"after","type":"string"}]}""",
        "E is no change event of Debezium")]
    [InlineData("""{"type":"record","name":"E","fields":[]}""", "E is no change event of Debezium")]
    public async Task A_schema_of_something_else_rejects_its_documents_and_names_the_setting(string schema, string detail)
    {
        string told = await ReadAsync(schema, []);
        Assert.StartsWith("envelope-mismatch: schema 9: ", told, StringComparison.Ordinal);
        Assert.Contains(detail, told, StringComparison.Ordinal);
        Assert.EndsWith("set Sluice:Input:Envelope to None", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_the_field_that_is_asked_for_is_a_mismatch_of_the_schema()
    {
        const string Schema = """
            {"type":"record","name":"E","fields":[{"name":"after","type":["null",{"type":"record","name":"V","fields":[
              {"name":"title","type":"string"}]}]},{"name":"op","type":"string"}]}
            """;
        Assert.StartsWith("schema-mismatch: schema 9: The path \"after.body\" does not lead to text in E: V has no field \"body\"",
            await ReadAsync(Schema, []), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c")]
    [InlineData("d")]
    [InlineData("t")]
    public async Task A_payload_that_does_not_fit_is_told_with_its_place_whatever_it_says(string operation)
    {
        byte[] good = ChangeEvents.Avro(operation, Row, operation == "c" ? Row : null);
        Assert.Contains("follow the value", await ReadAsync(ChangeEvents.Schema, [.. good, 7]), StringComparison.Ordinal);
        string cut = await ReadAsync(ChangeEvents.Schema, good[..20]);
        Assert.StartsWith("malformed-avro: schema 9: At byte ", cut, StringComparison.Ordinal);
        Assert.Contains(", in ", cut, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_events_are_told_apart_or_refused_at_a_byte_and_a_field_as_a_whole_check_refuses_them()
    {
        WriterType schema = SchemaReader.Read(ChangeEvents.Schema);
        AvroChange change = AvroChange.Of(schema);
        Projection whole = Projection.CompileCheck(schema);
        byte[][] seeds = [ChangeEvents.Avro("c", null, Row), ChangeEvents.Avro("d", Row, null), ChangeEvents.Avro("u", Row, (1, null))];
        Random random = new(1);
        Span<byte> buffer = new byte[256];
        int read = 0;
        for (int run = 0; run < 200_000; run++)
        {
            ReadOnlySpan<byte> payload = buffer[..Mutation.Apply(seeds[run % 3], seeds[random.Next(3)], buffer, random)];
            if (change.TryRead(payload, out _, out DecodeFailure? failure)) read++;
            else
            {
                Assert.InRange(failure.Offset, 0, payload.Length);
                Assert.False(whole.TryRead(payload, [], out _), $"{failure}"); // what is refused here is refused by all
            }
        }

        Assert.InRange(read, 2_000, 180_000);
    }

    /// <summary>A record that many fields refer to is not compiled once for each of them.</summary>
    [Fact]
    public void A_schema_costs_what_its_size_does()
    {
        string inner = string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""{"name":"f{{i}}","type":"string"}"""));
        string outer = string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""{"name":"g{{i}}","type":"R"}"""));
        string schema = $$$"""
            {"type":"record","name":"E","fields":[{"name":"before","type":{"type":"record","name":"R","fields":[{{{inner}}}]}},
              {{{outer}}},{"name":"after","type":["null","R"]},{"name":"op","type":"string"}]}
            """;
        WriterType read = SchemaReader.Read(schema);
        Assert.InRange(Allocations.Of(() => AvroChange.Of(read)), 0, 100 * schema.Length);
    }

    [Fact]
    public void Telling_an_event_allocates_nothing()
    {
        AvroChange change = AvroChange.Of(SchemaReader.Read(ChangeEvents.Schema));
        byte[] payload = ChangeEvents.Avro("u", Row, Row);
        change.TryRead(payload, out _, out _);
        Assert.Equal(0, Allocations.Of(() => change.TryRead(payload, out _, out _)));
    }

    private static async Task<string> ReadAsync(string schema, byte[] payload)
    {
        await using ScriptedServer server = new();
        server.Answer = _ => (200, System.Text.Json.JsonSerializer.Serialize(new { schema }));
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address });
        InputOptions options = new() { Envelope = InputEnvelope.Debezium, TextFields = ["body"] };
        AvroFormat format = new(registry, options, new OutputOptions(), TimeProvider.System, NullLogger<AvroFormat>.Instance);
        byte[] value = [0, 0, 0, 0, 9, .. payload];
        return await format.PrepareAsync([], value, TestContext.Current.CancellationToken) is { } fault
            ? fault.Told()
            : format.Told(value);
    }
}
