using System.Text;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class JsonDocumentReaderTests
{
    [Theory]
    [InlineData("""{"id":"a","subject":"s","mail":{"body":"b"}}""", "a", "s", "b")]
    [InlineData("""{"mail":{"x":[1,{"body":"no"}],"body":"b"},"subject":"s","id":17}""", "17", "s", "b")]
    [InlineData("""{"mail":{"body":"caf\u00e9 \"\ud83d\ude00\""},"subject":"é","id":"\u0041"}""", "A", "é", "café \"😀\"")]
    [InlineData("""{"subject":null,"mail":{"body":""},"id":null}""", null, null, "")]
    [InlineData(""" { "subject" : "first", "subject" : "last" , "mail" : { "body" : "b" } } """, null, "last", "b")]
    [InlineData("""{"mail":{"body":"b"},"subject":"s","mail.body":"no","id":true}""", null, "s", "b")]
    public void Finds_the_configured_fields_wherever_they_stand(string json, string? id, string? subject, string? body)
    {
        (Rejection? rejection, DocumentFields fields, byte[] value) = Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(rejection);
        Assert.Equal((id, subject, body), (Text(fields.Id), Text(fields.Text[0]), Text(fields.Text[1])));
        string? Text(FieldText field) => field.State == FieldState.Present ? Encoding.UTF8.GetString(fields.BytesOf(field, value)) : null;
    }

    [Fact]
    public void Tells_a_field_that_is_null_from_one_that_is_not_there()
    {
        (_, DocumentFields fields, _) = Read("""{"subject":null,"mail":{}}"""u8.ToArray());
        Assert.Equal((FieldState.Null, FieldState.Missing), (fields.Text[0].State, fields.Text[1].State));
    }

    [Theory]
    [InlineData("", "malformed-json")]
    [InlineData("[]", "malformed-json")]
    [InlineData("\"text\"", "malformed-json")]
    [InlineData("""{"subject":"s" """, "malformed-json")]
    [InlineData("""{"subject":"s"} x""", "malformed-json")]
    [InlineData("""{"\ud800":1,"subject":"s"}""", "malformed-json")]
    [InlineData("""{"subject":5}""", "missing-text")]
    [InlineData("""{"subject":["s"]}""", "missing-text")]
    [InlineData("""{"subject":"\ud800"}""", "invalid-utf8")]
    public void Says_why_a_value_cannot_be_read(string json, string reason) => Assert.Equal(reason, Read(Encoding.UTF8.GetBytes(json)).Rejection!.Reason.Name());

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused() => Assert.Equal(RejectionReason.InvalidUtf8, Read([.. "{\"subject\":\""u8, 0xFF, .. "\"}"u8]).Rejection!.Reason);

    [Fact]
    public void Nesting_beyond_64_levels_is_refused() =>
        Assert.Equal(RejectionReason.MalformedJson, Read(Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 100_000))).Rejection!.Reason);

    [Fact]
    public void Mutated_values_are_read_or_refused_and_nothing_else()
    {
        Random random = new(1);
        byte[] seed = """{"id":"a\u00e9","subject":"s \" x","mail":{"body":"b","n":[1,2.5e3,true,null,{"a":"b"}]}}"""u8.ToArray();
        JsonDocumentReader reader = new(Options);
        DocumentFields fields = new(2);
        for (int run = 0; run < 200_000; run++)
        {
            byte[] value = [.. seed.AsSpan(0, random.Next(4) == 0 ? random.Next(seed.Length) : seed.Length)];
            for (int i = random.Next(4); i > 0 && value.Length > 0; i--) value[random.Next(value.Length)] = (byte)random.Next(256);
            fields.Clear();
            if (reader.Read(value, fields) is null)
                foreach (FieldText field in fields.Text) _ = fields.BytesOf(field, value).Length;
        }
    }

    private static InputOptions Options => new() { Format = InputFormat.Json, TextFields = ["subject", "mail.body"], IdField = "id" };

    private static (Rejection? Rejection, DocumentFields Fields, byte[] Value) Read(byte[] value)
    {
        DocumentFields fields = new(2);
        return (new JsonDocumentReader(Options).Read(value, fields), fields, value);
    }
}
