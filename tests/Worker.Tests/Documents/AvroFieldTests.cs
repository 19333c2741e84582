using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Worker.Tests.Documents.Avro;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Documents;

/// <summary>Fields of Avro documents, as text, as id and as what is copied.</summary>
public sealed class AvroFieldTests
{
    private static readonly string Schema = $$"""
        {"type":"record","name":"T","fields":[
          {"name":"body","type":["null","string","double"]},
          {"name":"raw","type":{"type":"array","items":"bytes"} },
          {"name":"long","type":{"type":"array","items":{"type":"enum","name":"E","symbols":["{{new string('S', 1023)}}"]} } },
          {"name":"done","type":"boolean"}]}
        """;

    [Fact]
    public async Task What_is_wrong_with_joined_texts_condemns_a_text_field_and_is_left_out_of_a_copy()
    {
        byte[] value = Value(raw: [2, 0xff], longs: 1025);
        Assert.Equal((null, "b", 0), await ReadAsync(value, ["body"], "raw[]", "long[]"));
        Assert.Equal(("invalid-utf8: the bytes of field 'raw[]' are not valid UTF-8; have the producer write UTF-8 there, or name another "
            + "field in Sluice:Input:TextFields", null, 0), await ReadAsync(value, ["raw[]"]));
        Assert.Equal(("malformed-avro: schema 9: the texts of field 'long[]' are longer than the document and 1048576 bytes; "
            + "name a path to fewer of them in Sluice:Input:TextFields", null, 0), await ReadAsync(value, ["long[]"]));
        Assert.Equal((null, "b", 3), await ReadAsync(Value(raw: [2, 0x41], longs: 1), ["body"], "raw[]", "long[]", "done"));
    }

    [Fact]
    public async Task Text_and_copy_of_one_field_may_differ_where_a_union_has_a_number()
    {
        byte[] number = [0, 0, 0, 0, 9, 4, .. BitConverter.GetBytes(0.5), 0, 0, 1];
        Assert.Equal((null, null, 2), await ReadAsync(number, ["body"], "body", "done"));
        Assert.Equal((null, "b", 1), await ReadAsync(Value([2, 0x41], 1), ["body"], "body"));
    }

    /// <summary>A mistyped name leaves no other trace than ids that nobody wanted.</summary>
    [Theory]
    [InlineData("idd", 1)]
    [InlineData("body", 0)]
    [InlineData("id", 0)] // the default: nobody asked for it
    [InlineData("", 0)]
    public async Task A_schema_without_the_id_that_was_named_is_told(string id, int told)
    {
        await using ScriptedServer server = new();
        server.Answer = _ => (200, $$"""{"schema":{{JsonSerializer.Serialize(Schema)}}}""");
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address });
        Lines<AvroFormat> lines = new();
        InputOptions input = new() { TextFields = ["body"], IdField = id };
        AvroFormat format = new(registry, input, new OutputOptions(), TimeProvider.System, lines);
        Assert.Null(await format.PrepareAsync([], Value([2, 0x41], 1), TestContext.Current.CancellationToken));
        Assert.Equal(told, lines.Seen.Count(line => line.StartsWith("Schema 9 has no field 'idd' for ids", StringComparison.Ordinal)));
        Assert.Equal(told, lines.Seen.Count(line => line.Contains("Sluice:Input:IdField", StringComparison.Ordinal)));
    }

    private static async Task<(string? Fault, string? Text, int Copied)> ReadAsync(byte[] value, string[] texts, params string[] copied)
    {
        await using ScriptedServer server = new();
        server.Answer = _ => (200, $$"""{"schema":{{JsonSerializer.Serialize(Schema)}}}""");
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address });
        AvroFormat format = new(registry, new InputOptions { TextFields = texts }, new OutputOptions { CopyFields = copied },
            TimeProvider.System, NullLogger<AvroFormat>.Instance);
        Assert.Null(await format.PrepareAsync([], value, TestContext.Current.CancellationToken));
        DocumentFields fields = new(texts.Length, copied.Length);
        if (format.Read(value, fields).Fault() is { } fault) return ($"{fault.Reason.Name()}: {fault.Message}", null, 0);
        FieldText text = fields.Text[0];
        return (null, text.State == FieldState.Present ? Encoding.UTF8.GetString(fields.BytesOf(text, value)) : null,
            new CopiedFields(copied).Of(fields, value).Count);
    }

    private static byte[] Value(byte[] raw, int longs) =>
    [
        0, 0, 0, 0, 9, 2, 2, (byte)'b', 2, .. raw, 0, .. Payloads.Of(writer => writer.WriteLong(longs)), .. new byte[longs + 1], 1,
    ];
}
