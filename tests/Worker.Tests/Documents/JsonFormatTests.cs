using System.Text;
using Sluice.Worker.Documents;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents;

public sealed class JsonFormatTests
{
    [Theory]
    [InlineData("""{"id":"a","subject":"s","mail":{"body":"b"}}""", "a", "s", "b")]
    [InlineData("""{"mail":{"x":[1,{"body":"no"}],"body":"b"},"subject":"s","id":17}""", "17", "s", "b")]
    [InlineData("""{"mail":{"body":"caf\u00e9 \"\ud83d\ude00\""},"subject":"é","id":"\u0041"}""", "A", "é", "café \"😀\"")]
    [InlineData("""{"subject":null,"mail":{"body":""},"id":null}""", null, null, "")]
    [InlineData(""" { "subject" : "first", "subject" : "last" , "mail" : { "body" : "b" } } """, null, "last", "b")]
    [InlineData("""{"mail":{"body":"b"},"subject":"s","mail.body":"no","id":true}""", null, "s", "b")]
    [InlineData("""{"subject":5,"subject":"s","mail":7,"mail":{"body":["b"],"body":"b"}}""", null, "s", "b")]
    [InlineData("""{"subject":"\ud800","subject":"s","mail":{"body":"a"},"mail":{"body":null}}""", null, "s", null)]
    [InlineData("""{"mail":{"body":"a"},"mail":null,"subject":"s"}""", null, "s", null)]
    [InlineData("""{"mail":{"body":"a"},"mail":{"x":1},"subject":"s","subject":null}""", null, null, null)]
    [InlineData("""{"id":"a","id":{"id":"b"},"subject":"s","mail":{"body":"b"}}""", null, "s", "b")]
    [InlineData("""{"id":"\ud800","subject":"s","mail":{"body":"b"}}""", null, "s", "b")]
    public void Finds_the_configured_fields_wherever_they_stand(string json, string? id, string? subject, string? body)
    {
        (Rejection? rejection, DocumentFields fields, byte[] value) = Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(rejection);
        Assert.Equal((id, subject, body), (Text(fields.Id), Text(fields.Text[0]), Text(fields.Text[1])));
        string? Text(FieldText field) => field.State == FieldState.Present ? Encoding.UTF8.GetString(fields.BytesOf(field, value)) : null;
    }

    [Theory]
    [InlineData("""{"text":"both"}""", "both", null)]
    [InlineData("""{"text":"b\u006fth"}""", "both", null)]
    [InlineData("""{"text":5}""", null, "field 'text' is a number, not a string")]
    public void A_field_may_be_text_and_id_at_once(string json, string? text, string? fault)
    {
        byte[] value = Encoding.UTF8.GetBytes(json);
        DocumentFields fields = new(1);
        InputOptions options = new() { Format = InputFormat.Json, TextFields = ["text"], IdField = "text" };
        Rejection? rejection = new JsonFormat(options, new OutputOptions()).Read(value, fields).Fault();
        Assert.Equal(fault, rejection?.Detail);
        if (text is not null)
            Assert.Equal((text, text),
                (Encoding.UTF8.GetString(fields.BytesOf(fields.Text[0], value)),
                    Encoding.UTF8.GetString(fields.BytesOf(fields.Id, value))));
    }

    [Fact]
    public void Tells_a_field_that_is_null_from_one_that_is_not_there()
    {
        (_, DocumentFields fields, _) = Read("""{"subject":null,"mail":{}}"""u8.ToArray());
        Assert.Equal((FieldState.Null, FieldState.Missing), (fields.Text[0].State, fields.Text[1].State));
    }

    [Theory]
    [InlineData("", "malformed-json: the value is not JSON, or deeper than 64 levels, at line 1, byte 1")]
    [InlineData("[]", "malformed-json: the value is an array, not a JSON object")]
    [InlineData("\"text\"", "malformed-json: the value is a string, not a JSON object")]
    [InlineData("{\"subject\":\"s\",\n \"id\":x}", "malformed-json: the value is not JSON, or deeper than 64 levels, at line 2, byte 7")]
    [InlineData("""{"subject":"s"} x""", "malformed-json: the value is not JSON, or deeper than 64 levels, at line 1, byte 17")]
    [InlineData("""{"\ud800":1,"subject":"s"}""", "malformed-json: a property name near byte 2 of the value is not valid Unicode text")]
    [InlineData("""{"subject":5}""", "not-text: field 'subject' is a number, not a string")]
    [InlineData("""{"subject":["s"]}""", "not-text: field 'subject' is an array, not a string; subject[] leads to each of its elements")]
    [InlineData("""{"subject":[ {"x":"s"}]}""",
        "not-text: field 'subject' is an array, not a string; its elements are objects, and subject[].NAME leads to a field of each")]
    [InlineData("""{"subject":[["s"]]}""",
        "not-text: field 'subject' is an array, not a string; its elements are arrays, and subject[][] leads to the elements of each")]
    [InlineData("""{"subject":[]}""", "not-text: field 'subject' is an array, not a string; subject[] leads to each of its elements")]
    [InlineData("""{"subject":"s","mail":{"body":{}}}""",
        "not-text: field 'mail.body' is an object, not a string; mail.body.NAME leads to a field of it")]
    [InlineData("""{"subject":true}""", "not-text: field 'subject' is true or false, not a string")]
    [InlineData("""{"subject":"\ud800"}""", "invalid-utf8: field 'subject' is not valid Unicode text")]
    public void Says_why_a_value_cannot_be_read(string json, string reason)
    {
        Rejection rejection = Read(Encoding.UTF8.GetBytes(json)).Rejection!;
        Assert.Equal(reason, $"{rejection.Reason.Name()}: {rejection.Detail}");
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused() =>
        Assert.Equal(RejectionReason.InvalidUtf8, Read([.. "{\"subject\":\""u8, 0xFF, .. "\"}"u8]).Rejection!.Reason);

    [Fact]
    public void Nesting_beyond_64_levels_is_refused() =>
        Assert.StartsWith("the value is not JSON, or deeper than 64 levels, at line 1, byte 69",
            Read(Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 100_000))).Rejection!.Detail, StringComparison.Ordinal);

    /// <summary>RFC 8259, 8.1, and the frame of Confluent's serializer for JSON Schema.</summary>
    [Theory]
    [InlineData("EFBBBF")]
    [InlineData("0000000007")]
    [InlineData("0000000007EFBBBF")]
    [InlineData("0100112233445566778899AABBCCDDEEFF")]
    public void A_byte_order_mark_and_a_frame_are_passed_over(string before)
    {
        byte[] value = [.. Convert.FromHexString(before), .. """{"id":"1","subject":"a moving film","mail":{"body":"\u0062"}}"""u8];
        Assert.Equal("1|a moving film|b", new JsonFormat(Options, new OutputOptions()).Told(value, texts: 2));
    }

    [Theory]
    [InlineData("00000000070002020A", "the value begins with byte 0, as before a schema's id, and has then byte 0, not '{'; set "
        + "Sluice:Input:Format to Avro where it is that; Protobuf is not read, have it written as Avro or JSON")]
    [InlineData("000000", "the value begins with byte 0, as before a schema's id, and has nothing behind it; set ")]
    [InlineData("0100112233445566778899AABBCCDDEEFF5B5D",
        "the value begins with byte 1, as before a schema's GUID, and has then byte 91, ")]
    public void Another_framed_value_is_named_with_the_way_out(string value, string detail)
    {
        Rejection rejection = Read(Convert.FromHexString(value)).Rejection!;
        Assert.Equal(RejectionReason.WireFormat, rejection.Reason);
        Assert.StartsWith(detail, rejection.Message, StringComparison.Ordinal);
        Assert.Equal(Setting.InputFormat, rejection.WayOut.Likely);
    }

    [Fact]
    public void Text_begins_behind_a_byte_order_mark()
    {
        Assert.Equal("-|good film", new TextFormat().Told([0xEF, 0xBB, 0xBF, .. "good film"u8]));
        Assert.Equal("-|", new TextFormat().Told([0xEF, 0xBB, 0xBF]));
        Assert.Equal(RejectionReason.InvalidUtf8, new TextFormat().Read([0xFF, 0xFE, 0x61, 0], new DocumentFields(1)).Fault()!.Reason);
    }

    [Fact]
    public void Mutated_values_are_read_or_refused_and_nothing_else()
    {
        Random random = new(1);
        byte[] seed = """{"id":"a\u00e9","subject":"s \" x","mail":{"body":"b","n":[1,2.5e3,true,null,{"a":"b"}]}}"""u8.ToArray();
        JsonFormat reader = new(Options, new OutputOptions());
        DocumentFields fields = new(2);
        for (int run = 0; run < 200_000; run++)
        {
            byte[] value = [.. seed.AsSpan(0, random.Next(4) == 0 ? random.Next(seed.Length) : seed.Length)];
            for (int i = random.Next(4); i > 0 && value.Length > 0; i--) value[random.Next(value.Length)] = (byte)random.Next(256);
            if (reader.Read(value, fields) is RecordContent.Document)
                foreach (FieldText field in fields.Text) _ = fields.BytesOf(field, value).Length;
        }
    }

    private static InputOptions Options => new() { Format = InputFormat.Json, TextFields = ["subject", "mail.body"], IdField = "id" };

    private static (Rejection? Rejection, DocumentFields Fields, byte[] Value) Read(byte[] value)
    {
        DocumentFields fields = new(2);
        return (new JsonFormat(Options, new OutputOptions()).Read(value, fields).Fault(), fields, value);
    }
}
