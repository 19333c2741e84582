using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Worker.FunctionalTests.Commands;

/// <summary>The reference's vectors through <c>./sluice avro</c>, as a user would put them there.</summary>
public sealed class AvroCommandTests
{
    [Fact]
    public async Task Every_value_encodes_to_its_payload_and_decodes_from_it()
    {
        JsonNode[] vectors = Vectors("avro/values.jsonl.gz");
        JsonNode[] encoded = await AnswersAsync(0, "encode", vectors);
        JsonNode[] decoded = await AnswersAsync(0, "decode", vectors);

        Assert.Equal(461, vectors.Length);
        Assert.Equal(vectors.Select(v => (string)v["hex"]!), encoded.Select(a => (string)a["hex"]!));
        Assert.All(vectors.Zip(decoded), pair => Assert.True(JsonNode.DeepEquals(pair.First["value"], pair.Second["value"]), $"{pair.First["name"]}: {pair.Second}"));
    }

    [Fact]
    public async Task Every_malformed_payload_is_answered_with_an_error_and_the_exit_code_says_so()
    {
        JsonNode[] answers = await AnswersAsync(1, "decode", Vectors("avro/malformed.jsonl.gz"));

        Assert.Equal(223, answers.Length);
        Assert.All(answers, answer => Assert.Contains("At byte ", (string)answer["error"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_schema_has_its_canonical_form()
    {
        JsonNode[] vectors = Vectors("avro/canonical.jsonl");

        Assert.Equal(vectors.Select(v => (string)v["canonical"]!), (await AnswersAsync(0, "canonical", vectors)).Select(a => (string)a["canonical"]!));
    }

    [Fact]
    public async Task Every_frame_is_split_or_refused()
    {
        JsonNode[] vectors = Vectors("confluent/frames.jsonl");

        Assert.Equal(vectors.Select(v => (string?)v["hex_payload"]), (await AnswersAsync(1, "unframe", vectors)).Select(a => (string?)a["hex_payload"]));
    }

    private static async Task<JsonNode[]> AnswersAsync(int expected, string name, JsonNode[] vectors)
    {
        byte[] lines = Encoding.UTF8.GetBytes(string.Join('\n', vectors.Select(v => v.ToJsonString())));
        (int exitCode, string output, string error) = await SluiceProcess.RunAsync(lines, "avro", name);
        Assert.Equal((expected, ""), (exitCode, error));
        JsonNode[] answers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line, documentOptions: Deep)!)];
        Assert.Equal(vectors.Length, answers.Length);
        return answers;
    }

    private static JsonNode[] Vectors(string file)
    {
        using Stream bytes = File.OpenRead(GoldenData.PathOf($"vectors/{file}"));
        using StreamReader reader = new(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line, documentOptions: Deep)!)];
    }

    private static System.Text.Json.JsonDocumentOptions Deep => new() { MaxDepth = 4096 };
}
