using System.Text;
using System.Text.Json;
using Sluice.Worker.Commands;
using Worker.Tests.Schemas;

namespace Worker.Tests.Commands;

/// <summary>The vectors through the command's own path, from the bytes of standard input to those of standard output.</summary>
public sealed class AvroCommandTests
{
    [Theory]
    [InlineData("avro/values.jsonl.gz", 461)]
    [InlineData("avro/decode-only.jsonl", 53)]
    public void Every_payload_decodes_to_its_value(string file, int lines)
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers(file, avro => avro.Decode))
        {
            Assert.True(answer.TryGetProperty("value", out JsonElement value), $"{line.GetProperty("name")}: {answer}");
            JsonSame.Assert(line.GetProperty("value"), value);
            count++;
        }

        Assert.Equal(lines, count);
    }

    [Fact]
    public void Every_value_encodes_to_its_payload()
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers("avro/values.jsonl.gz", avro => avro.Encode))
        {
            Assert.True(answer.TryGetProperty("hex", out JsonElement hex), $"{line.GetProperty("name")}: {answer}");
            Assert.Equal(line.GetProperty("hex").GetString(), hex.GetString());
            count++;
        }

        Assert.Equal(461, count);
    }

    [Fact]
    public void Every_pair_of_writer_and_reader_resolves()
    {
        int count = 0, errors = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers("avro/resolution.jsonl", avro => avro.Decode, text => text.Replace("\"writer\":", "\"schema\":", StringComparison.Ordinal)))
        {
            JsonElement[] right = line.TryGetProperty("spec", out JsonElement spec) ? [line.GetProperty("expected"), spec] : [line.GetProperty("expected")];
            Assert.True(right.Any(r => IsError(r) ? IsError(answer) : answer.TryGetProperty("value", out JsonElement value) && JsonSame.Check(r, value)), $"{line.GetProperty("name")}: {answer}");
            if (IsError(answer)) errors++;
            count++;
        }

        Assert.Equal(149, count);
        Assert.InRange(errors, 35, 38);
    }

    [Fact]
    public void Every_schema_has_its_canonical_form_and_fingerprints()
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers("avro/canonical.jsonl", avro => avro.Canonical))
        {
            foreach (string name in new[] { "canonical", "crc64_avro_hex_le", "sha256" }) Assert.Equal(line.GetProperty(name).GetString(), answer.GetProperty(name).GetString());
            count++;
        }

        Assert.Equal(75, count);
    }

    [Theory]
    [InlineData("avro/malformed.jsonl.gz", 223)]
    public void Every_malformed_payload_is_refused_with_its_byte_offset(string file, int lines)
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers(file, avro => avro.Decode))
        {
            Assert.True(IsError(answer), $"{line.GetProperty("kind")}, {line.GetProperty("why")}: {answer}");
            Assert.Contains("At byte ", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
            count++;
        }

        Assert.Equal(lines, count);
    }

    [Fact]
    public void Every_bad_schema_is_refused()
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers("avro/bad-schemas.jsonl", avro => avro.Canonical))
        {
            Assert.True(IsError(answer), $"{line.GetProperty("why")}: {answer}");
            count++;
        }

        Assert.Equal(99, count);
    }

    [Fact]
    public void Every_frame_is_split_or_refused()
    {
        int count = 0;
        foreach ((JsonElement line, JsonElement answer) in Answers("confluent/frames.jsonl", _ => AvroLines.Unframe))
        {
            count++;
            if (IsError(line))
            {
                Assert.True(IsError(answer), $"{line.GetProperty("why")}: {answer}");
                continue;
            }

            Assert.Equal(line.GetProperty("schema_id").GetInt32(), answer.GetProperty("schema_id").GetInt32());
            Assert.Equal(line.GetProperty("hex_payload").GetString(), answer.GetProperty("hex_payload").GetString());
        }

        Assert.Equal(33, count);
    }

    [Fact]
    public void A_line_that_cannot_be_answered_gives_an_error_and_the_next_is_read()
    {
        string[] answers = Run("junk\n[1]\n{}\n\n{\"schema\":\"int\",\"hex\":\"0\"}\n{\"schema\":\"\\ud800\",\"hex\":\"\"}\n{\"\\ud800\":1}\n{\"schema\":\"int\",\"hex\":\"0e\"}", avro => avro.Decode);
        Assert.Equal(7, answers.Length);
        Assert.All(answers[..6], answer => Assert.StartsWith("{\"error\":", answer, StringComparison.Ordinal));
        Assert.Equal("{\"value\":7}", answers[6]);
    }

    [Fact]
    public async Task A_line_is_answered_before_the_next_one_comes()
    {
        var input = new System.IO.Pipelines.Pipe();
        var output = new System.IO.Pipelines.Pipe();
        Task<bool> run = Task.Run(() => AvroCommand.Run(avro => avro.Decode, input.Reader.AsStream(), output.Writer.AsStream()), TestContext.Current.CancellationToken);
        using var answers = new StreamReader(output.Reader.AsStream());
        for (int i = 0; i < 3; i++)
        {
            await input.Writer.WriteAsync("{\"schema\":\"int\",\"hex\":\"0e\"}\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("{\"value\":7}", await answers.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await input.Writer.CompleteAsync();
        await run;
    }

    [Theory]
    [InlineData("{\"schema\":\"int\",\"hex\":\"0e\"}\n", true)]
    [InlineData("{\"schema\":\"int\",\"hex\":\"0\"}\n{\"schema\":\"int\",\"hex\":\"0e\"}\n", false)]
    [InlineData("{\"schema\":\"int\",\"hex\":\"0e\"}\njunk", false)]
    [InlineData("", true)]
    public void One_bad_line_is_enough_to_say_that_not_all_were_answered(string lines, bool allGood)
    {
        using var output = new MemoryStream();
        Assert.Equal(allGood, AvroCommand.Run(avro => avro.Decode, new MemoryStream(Encoding.UTF8.GetBytes(lines)), output));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    [InlineData(70_000)]
    public void A_line_that_comes_in_pieces_is_one_line(int piece)
    {
        string[] texts = [.. new[] { 0, 1, 70_000, 3, 40_000, 0 }.Select(length => new string('x', length))];
        string input = string.Join('\n', texts.Select(text => $"{{\"schema\":\"string\",\"value\":\"{text}\"}}"));
        using var output = new MemoryStream();

        Assert.True(AvroCommand.Run(avro => avro.Encode, new PieceStream(Encoding.UTF8.GetBytes(input), piece), output));

        string[] answers = Encoding.ASCII.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(texts.Select(text => text.Length), answers.Select(answer => System.Text.RegularExpressions.Regex.Count(answer, "78")));
    }

    private static bool IsError(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("error", out _);

    private static IEnumerable<(JsonElement Line, JsonElement Answer)> Answers(
        string file, Func<AvroLines, Action<JsonElement, Utf8JsonWriter>> choose, Func<string, string>? edit = null)
    {
        JsonElement[] lines = [.. Vectors.Lines(file)];
        string[] answers = Run(string.Join('\n', lines.Select(l => edit is null ? l.GetRawText() : edit(l.GetRawText()))), choose);
        Assert.Equal(lines.Length, answers.Length);
        for (int i = 0; i < lines.Length; i++) yield return (lines[i], Vectors.Parse(answers[i]));
    }

    private static string[] Run(string input, Func<AvroLines, Action<JsonElement, Utf8JsonWriter>> choose)
    {
        using var output = new MemoryStream();
        AvroCommand.Run(choose, new MemoryStream(Encoding.UTF8.GetBytes(input)), output);
        return Encoding.ASCII.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
