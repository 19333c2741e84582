using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Schemas;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;
using Worker.Tests.Documents.Registry;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents;

/// <summary>What Confluent's serializers for Node wrote, and what they read of our labels, as tests/Data/vectors/node keeps both.</summary>
public sealed class NodeSerializerTests
{
    [Theory]
    [InlineData("avro", "prefix", new byte[] { 0 })]
    [InlineData("avro", "header", new byte[] { 1 })]
    [InlineData("json", "prefix", new byte[] { 0 })]
    [InlineData("json", "header", new byte[] { 1 })]
    public async Task A_document_from_Node_is_read_however_its_schema_is_named(string format, string named, byte[] firstOfName)
    {
        JsonElement line = Vectors.Lines("node/documents.jsonl").Single(line =>
            (line.GetProperty("format").GetString(), line.GetProperty("named").GetString()) == (format, named));
        byte[] value = Vectors.Bytes(line, "value");
        RecordHeader[] headers = [.. line.GetProperty("headers").EnumerateObject()
            .Select(header => new RecordHeader(header.Name, Convert.FromHexString(header.Value.GetString()!)))];
        Assert.Equal(firstOfName, (headers.Length == 0 ? value : headers[0].Value!)[..1]);

        await using ScriptedServer server = new();
        string schema = JsonSerializer.Serialize(line.GetProperty("schema").GetString());
        string[] known = [$"/schemas/ids/{line.GetProperty("id").GetInt32()}", $"/schemas/guids/{line.GetProperty("guid").GetString()}"];
        server.AnswerTo = path => Task.FromResult(known.Contains(path)
            ? (200, $$"""{"schema":{{schema}}}""") : (404, """{"error_code":40403,"message":"Schema not found"}"""));
        using RegistryClient registry = new(new RegistryOptions { Url = server.Address, UnknownIdGrace = TimeSpan.Zero });
        InputOptions input = new() { TextFields = ["mail.subject", "mail.body"], IdField = "number" };
        OutputOptions output = new() { CopyFields = ["tags[]", "price", "state"] };
        IDocumentFormat reader = format == "json" ? new JsonFormat(input with { Format = InputFormat.Json }, output)
            : new AvroFormat(registry, input, output, TimeProvider.System, NullLogger<AvroFormat>.Instance);

        Assert.Null(await reader.PrepareAsync(headers, value, TestContext.Current.CancellationToken));
        DocumentFields fields = new(2, 3);
        Assert.IsType<RecordContent.Document>(reader.Read(headers, value, fields));
        Assert.Equal((FieldState.Null, "good film", "4711"), (fields.Text[0].State, Text(fields.Text[1]), Text(fields.Id)));
        Assert.Equal(["a b", "12.75", "DONE"], fields.Copied.ToArray().Select(Text));

        string Text(FieldText text) => Encoding.UTF8.GetString(fields.BytesOf(text, value));
    }

    /// <summary>The label is the one that was given to Node: a change of its bytes wants them read by Node anew.</summary>
    [Fact]
    public void Node_reads_the_same_of_a_label_in_Avro_and_in_JSON_as_it_says()
    {
        JsonElement[] lines = [.. Vectors.Lines("node/labels.jsonl")];
        Prediction prediction = RecordsTests.CreatePrediction();
        ArrayBufferWriter<byte> avro = new(), json = new();
        WireHeader.Write(avro, 1);
        prediction.Write(avro);
        PredictionJson.Write(prediction, json);
        string text = Encoding.UTF8.GetString(json.WrittenSpan);
        Assert.Equal([("avro", Convert.ToHexStringLower(avro.WrittenSpan)), ("json", text)], lines.Select(line =>
            line.EnumerateObject().Select(member => (member.Name, member.Value.GetString()!)).First()));
        Assert.All(lines, line => JsonSame.Assert(Vectors.Parse(text), line.GetProperty("read")));
    }
}
