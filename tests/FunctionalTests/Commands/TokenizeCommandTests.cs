using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace FunctionalTests.Commands;

/// <summary>The reference's vectors through <c>./sluice tokenize</c>, as a user would put them there.</summary>
public sealed class TokenizeCommandTests
{
    [Fact]
    public Task Every_vector_passes_with_special_literals() =>
        AssertVectorsAsync(v => (v["ids"]!, v["offsets_utf16"]!), maxLength: null, "--special-tokens");

    [Fact]
    public Task Every_vector_passes_as_plain_text() =>
        AssertVectorsAsync(v => (v["ids_plain"] ?? v["ids"]!, v["offsets_plain_utf16"] ?? v["offsets_utf16"]!), maxLength: null);

    [Fact]
    public Task Every_vector_passes_truncated_to_16() =>
        AssertVectorsAsync(v => (v["ids_max16"]!, null), maxLength: 16, "--special-tokens");

    [Fact]
    public async Task A_bad_line_is_answered_and_the_next_ones_too()
    {
        byte[] lines =
        [
            .. "{\"text\":\"good\"}\n{\"text\":\"half \\ud83d\"}\n{\"text\":7}\n{\"txt\":\"a\"}\n"u8,
            .. "{\"text\":\"a\",\"max_length\":1}\n{\"text\":\"a\",\"max_length\":\"9\"}\n"u8,
            .. "{\"text\":\"broken \xFF\"}\n{\"\\ud800\":1}\n["u8,
            .. "\r\n\n{\"text\":\"last\",\"max_length\":3}"u8,
        ];
        lines[lines.AsSpan().IndexOf("\u00FF"u8)] = 0xFF;

        (int exitCode, string output, _) = await TokenizeAsync(lines);

        string[] answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, answers.Length);
        Assert.Equal("""{"ids":[2204],"offsets_utf16":[[0,4]]}""", answers[0]);
        Assert.Equal("""{"ids":[101,2197,102],"offsets_utf16":[[0,0],[0,4],[0,0]]}""", answers[9]);
        Assert.All(answers[1..9], answer => Assert.NotNull(JsonNode.Parse(answer)!["error"]));
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_length_that_is_broken_text_is_answered_with_an_error()
    {
        (int exitCode, string output,
            string error) = await TokenizeAsync(Encoding.Latin1.GetBytes("{\"text\":\"a\",\"max_length\":\"\u00FF\"}"));

        Assert.NotNull(JsonNode.Parse(output)!["error"]);
        Assert.Equal((1, ""), (exitCode, error));
    }

    [Fact]
    public async Task A_folder_without_a_model_is_named()
    {
        (int exitCode, _, string error) = await SluiceProcess.RunAsync(ReadOnlyMemory<byte>.Empty, "tokenize", "--model", "no-such-model");

        Assert.Contains("no-such-model", error, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("true", """{"ids":[5,32],"offsets_utf16":[[0,1],[1,2]]}""")]
    [InlineData("false", """{"ids":[1],"offsets_utf16":[[0,2]]}""")]
    public async Task A_bundle_says_whether_its_model_knows_capitals(string lowercase, string expected)
    {
        string tiny = Path.Combine(AppContext.BaseDirectory, "TinyModels", "tiny");
        DirectoryInfo bundle = Directory.CreateTempSubdirectory("sluice-tokenize-");
        try
        {
            string manifest = await File.ReadAllTextAsync(Path.Combine(tiny, "manifest.json"));
            Assert.Contains("\"lowercase\": true", manifest, StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(bundle.FullName, "manifest.json"),
                manifest.Replace("\"lowercase\": true", $"\"lowercase\": {lowercase}", StringComparison.Ordinal));
            File.Copy(Path.Combine(tiny, "vocab.txt"), Path.Combine(bundle.FullName, "vocab.txt"));

            (int exitCode, string output, _) = await SluiceProcess.RunAsync(
                """{"text":"AB"}"""u8.ToArray(), "tokenize", "--model", bundle.FullName);

            Assert.Equal((0, expected), (exitCode, output.Trim()));
        }
        finally
        {
            bundle.Delete(recursive: true);
        }
    }

    private static async Task AssertVectorsAsync(Func<JsonNode, (JsonNode Ids, JsonNode? Offsets)> expected, int? maxLength,
        params string[] options)
    {
        JsonNode[] vectors = [.. Vectors()];
        StringBuilder lines = new();
        foreach (JsonNode vector in vectors)
        {
            JsonObject line = new() { ["text"] = vector["text"]!.DeepClone() };
            if (maxLength is not null)
            {
                line["max_length"] = maxLength;
            }

            lines.Append(line.ToJsonString()).Append('\n');
        }

        (int exitCode, string output, string error) = await TokenizeAsync(Encoding.UTF8.GetBytes(lines.ToString()), options);

        Assert.Equal((0, ""), (exitCode, error));
        string[] answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1855, answers.Length);
        foreach ((JsonNode vector, string text) in vectors.Zip(answers))
        {
            JsonNode answer = JsonNode.Parse(text)!;
            (JsonNode ids, JsonNode? offsets) = expected(vector);
            Assert.Equal(ids.ToJsonString(), answer["ids"]!.ToJsonString());
            Assert.Equal((offsets ?? answer["offsets_utf16"]!).ToJsonString(), answer["offsets_utf16"]!.ToJsonString());
        }
    }

    private static Task<(int ExitCode, string Output, string Error)> TokenizeAsync(byte[] lines, params string[] options) =>
        SluiceProcess.RunAsync(lines, ["tokenize", "--model", GoldenData.PathOf("vectors/wordpiece"), .. options]);

    private static IEnumerable<JsonNode> Vectors()
    {
        using StreamReader reader =
            new(new GZipStream(File.OpenRead(GoldenData.PathOf("vectors/wordpiece/cases.jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is string line)
        {
            yield return JsonNode.Parse(line)!;
        }
    }
}
