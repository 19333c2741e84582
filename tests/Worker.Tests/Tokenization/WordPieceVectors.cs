using System.IO.Compression;
using System.Text.Json;

namespace Worker.Tests.Tokenization;

/// <summary>One line of <c>../shared/vectors/wordpiece/cases.jsonl.gz</c>: what the reference tokenizer made of a text.</summary>
internal sealed record WordPieceCase(
    string Kind, string Text, int[] Ids, int[][] Offsets_utf16, int[] Ids_max16, int[]? Ids_plain, int[][]? Offsets_plain_utf16);

internal static class WordPieceVectors
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<WordPieceCase> Load()
    {
        using GZipStream stream = new(File.OpenRead(SharedFolder.Path("vectors/wordpiece/cases.jsonl.gz")), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        List<WordPieceCase> cases = [];
        while (reader.ReadLine() is string line)
        {
            cases.Add(JsonSerializer.Deserialize<WordPieceCase>(line, Options)!);
        }

        return cases;
    }
}
