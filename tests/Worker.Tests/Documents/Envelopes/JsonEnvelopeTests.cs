using System.Text;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents.Envelopes;

public sealed class JsonEnvelopeTests
{
    private static readonly JsonFormat Debezium = new(Options(InputEnvelope.Debezium), new OutputOptions()),
        Connect = new(Options(InputEnvelope.Connect), new OutputOptions());

    [Theory]
    [InlineData("c")]
    [InlineData("u")]
    [InlineData("r")]
    public void A_row_that_was_made_changed_or_read_is_the_document_and_what_it_was_before_is_not(string operation)
    {
        string value = ChangeEvents.Json(operation, (7, "old"), (7, "good film"));
        Assert.Equal("7|good film", Read(Debezium, value));
        Assert.Equal("7|good film", Read(Debezium, ChangeEvents.Wrapped(value)));
        Assert.Equal("7|good film", Read(Debezium, "\uFEFF" + value));
    }

    [Theory]
    [InlineData("""{"op":"c","after":{"id":1,"body":"a\u0062c"}}""", "1|abc")]
    [InlineData("""{"after":{"id":1,"body":"x"},"op":"c","after":{"id":2,"body":"y"}}""", "2|y")]
    [InlineData("""{"payload":{"op":"d"},"payload":{"op":"c","after":{"id":3,"body":"z"}}}""", "3|z")]
    [InlineData("""{"op":"c","after":{"id":4,"body":"w"},"payload":{"op":"d"}}""", "4|w")]
    [InlineData("""{"op":"d","op":"u","after":{"id":5,"body":null}}""", "5|-")]
    public void Of_members_that_are_there_twice_the_last_counts_and_of_two_envelopes_the_outer_that_has_an_op(string value, string told) =>
        Assert.Equal(told, Read(Debezium, value));

    [Fact]
    public void A_deleted_row_is_a_tombstone()
    {
        Assert.Equal("tombstone", Read(Debezium, ChangeEvents.Json("d", (7, "old"), null)));
        Assert.Equal("tombstone", Read(Debezium, ChangeEvents.Wrapped(ChangeEvents.Json("d", (7, "old"), null))));
        Assert.Equal("tombstone", Read(Debezium, """{"schema":null,"payload":null}"""));
    }

    [Theory]
    [InlineData("""{"op":"t","before":null,"after":null}""", nameof(PassedOverKind.Truncate))]
    [InlineData("""{"op":"m","ts_ms":1,"message":{"prefix":"p","content":""}}""", nameof(PassedOverKind.Message))]
    [InlineData(ChangeEvents.Heartbeat, nameof(PassedOverKind.Heartbeat))]
    [InlineData(ChangeEvents.NewHeartbeat, nameof(PassedOverKind.Heartbeat))]
    [InlineData(ChangeEvents.SchemaChange, nameof(PassedOverKind.SchemaChange))]
    [InlineData(ChangeEvents.Transaction, nameof(PassedOverKind.Transaction))]
    public void What_comes_among_the_rows_is_neither_a_document_nor_a_fault(string value, string kind)
    {
        string told = Enum.Parse<PassedOverKind>(kind).Name();
        Assert.Equal(told, Read(Debezium, value));
        Assert.Equal(told, Read(Debezium, ChangeEvents.Wrapped(value)));
    }

    [Theory]
    [InlineData("""{"op":"c","after":null}""", "c, r or u, but its 'after' is null, not there or no record")]
    [InlineData("""{"op":"u","before":{"body":"x"}}""", "c, r or u, but its 'after' is null, not there or no record")]
    [InlineData("""{"op":"r","after":"{\"body\":\"x\"}"}""", "c, r or u, but its 'after' is null, not there or no record")]
    [InlineData("""{"op":"x","after":{"body":"x"}}""", "is none of c, r, u, d, t and m")]
    [InlineData("""{"op":7,"after":{"body":"x"}}""", "is none of c, r, u, d, t and m")]
    [InlineData("""{"id":1,"body":"a plain row"}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"id":1,"text":"free money","databaseName":"crm"}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"id":1,"ddl":"x","source":"web"}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"id":1,"status":"open","event_count":3}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"payload":null,"id":5,"text":"hello"}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"payload":null}""", "set Sluice:Input:Envelope to None")]
    [InlineData("""{"payload":[1]}""", "set Sluice:Input:Envelope to None")]
    [InlineData("{}", "set Sluice:Input:Envelope to None")]
    public void What_is_no_event_or_has_no_row_says_why(string value, string detail)
    {
        string told = Read(Debezium, value);
        Assert.StartsWith("envelope-mismatch: ", told, StringComparison.Ordinal);
        Assert.Contains(detail, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schema":{"type":"struct"},"payload":{"id":1,"body":"good"}}""", "1|good")]
    [InlineData("""{"schema":null,"payload":null}""", "tombstone")]
    [InlineData("""{"schema":null,"payload":{"after":{}}}""", "not-there")]
    [InlineData("""{"schema":null,"payload":{"op":"c","after":{}}}""", "missing-text: field 'body' is not there; set "
        + "Sluice:Input:Envelope to Debezium: this is a change event, and its document is in 'after'")]
    [InlineData("""{"id":1,"body":"good"}""", "envelope-mismatch: the value has no 'payload', as Connect's envelope has one; "
        + "where the topic has documents without an envelope, set Sluice:Input:Envelope to None")]
    [InlineData("""{"schema":{"type":"string"},"payload":"good"}""",
        "envelope-mismatch: the 'payload' in Connect's envelope is no object; have the connector's converter write "
        + "records; where this is no envelope, set Sluice:Input:Envelope to None")]
    public void Connect_s_payload_is_the_document(string value, string told) =>
        Assert.Equal(told.Replace("not-there", "-|-", StringComparison.Ordinal), Read(Connect, value));

    [Theory]
    [InlineData("""{"op":"c","before":null,"after":{"body":"x"}}""", "missing-text", "Debezium", false)]
    [InlineData("""{"op":"c","before":null,"after":{"body":"x"}}""", "null-text", "Debezium", true)]
    [InlineData("""{"op":"d","before":{"body":"x"},"after":null,"body":null}""", "null-text", "Debezium", false)]
    [InlineData("""{"schema":{},"payload":{"op":"c","after":{"body":"x"}}}""", "missing-text", "Debezium", false)]
    [InlineData("""{"schema":{},"payload":{"body":"x"}}""", "missing-text", "Connect", false)]
    [InlineData("""{"payload":"x","schema":null}""", "missing-text", "Connect", false)]
    [InlineData("""{"schema":{},"payload":{"body":"x"},"id":1}""", "missing-text", null, false)]
    [InlineData("""{"op":"c","other":1}""", "missing-text", null, false)]
    [InlineData("""{"payload":{"\ud800":1}}""", "missing-text", null, false)]
    public void A_document_without_a_text_in_an_envelope_that_is_not_set_has_that_setting_told(string value, string reason,
        string? envelope, bool isOptional)
    {
        InputOptions options = new() { Format = InputFormat.Json, TextFields = ["body"], OptionalFields = isOptional ? ["body"] : [] };
        DocumentFields fields = new(1);
        Rejection? rejection = new JsonFormat(options, new OutputOptions()).Read(Encoding.UTF8.GetBytes(value), fields).Fault();
        Assert.Equal(envelope is null, rejection is null);
        if (rejection is null) return; // whoever reads it tells what is missing
        Assert.Equal((reason, Setting.Envelope), (rejection.Reason.Name(), rejection.WayOut.Likely));
        Assert.StartsWith($"set Sluice:Input:Envelope to {envelope}: ", rejection.WayOut.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op":"c","after":{"body":"x"}} x""", "malformed-json: the value is not JSON")]
    [InlineData("""{"op":"c","after":{"body":"x"}""", "malformed-json: the value is not JSON")]
    [InlineData("""{"op":"c","\ud800":1,"after":{"body":"x"}}""", "malformed-json: a property name near byte 11 of the value")]
    [InlineData("""{"op":"c","after":{"\ud800":1,"body":"x"}}""", "malformed-json: a property name near byte 20 of the value")]
    [InlineData("""{"op":"c","after":{"body":5}}""", "not-text: field 'body' is a number, not a string")]
    [InlineData("[]", "malformed-json: the value is an array, not a JSON object")]
    public void What_is_wrong_in_an_envelope_is_told_as_without_one(string value, string told) =>
        Assert.StartsWith(told, Read(Debezium, value), StringComparison.Ordinal);

    [Fact]
    public void Mutated_envelopes_are_read_or_refused_and_nothing_else()
    {
        Random random = new(1);
        (int, string?) row = (7, "x");
        byte[][] seeds =
        [
            .. new[]
            {
                ChangeEvents.Json("u", row, row), ChangeEvents.Json("d", row, null),
                ChangeEvents.Wrapped(ChangeEvents.Json("c", null, row)),
                ChangeEvents.SchemaChange, ChangeEvents.Transaction, ChangeEvents.NewHeartbeat,
                """{"op":"c","after":{"id":"\u00e9","body":"s \" x"},"payload":{"after":{"body":1}},"op":"r"}""",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        DocumentFields fields = new(1);
        HashSet<Type> seen = [];
        for (int run = 0; run < 200_000; run++)
        {
            byte[] seed = seeds[random.Next(seeds.Length)];
            byte[] value = [.. seed.AsSpan(0, random.Next(4) == 0 ? random.Next(seed.Length) : seed.Length)];
            for (int i = random.Next(4); i > 0 && value.Length > 0; i--) value[random.Next(value.Length)] = (byte)random.Next(256);
            RecordContent content = (run % 2 == 0 ? Debezium : Connect).Read(value, fields);
            seen.Add(content.GetType());
            if (content is RecordContent.Document)
                foreach (FieldText field in fields.Text) _ = fields.BytesOf(field, value).Length;
        }

        Assert.Equal(4, seen.Count); // damage that always or never shows would test half of the reader
    }

    [Fact]
    public void Reading_an_event_allocates_nothing()
    {
        byte[] value = Encoding.UTF8.GetBytes(ChangeEvents.Wrapped(ChangeEvents.Json("u", (7, "old"), (7, "good film"))));
        DocumentFields fields = new(1);
        Debezium.Read(value, fields);
        Assert.Equal(0, Allocations.Of(() => Debezium.Read(value, fields)));
    }

    private static InputOptions Options(InputEnvelope envelope) =>
        new() { Format = InputFormat.Json, Envelope = envelope, TextFields = ["body"], IdField = "id" };

    private static string Read(JsonFormat format, string value) => format.Told(Encoding.UTF8.GetBytes(value));
}
