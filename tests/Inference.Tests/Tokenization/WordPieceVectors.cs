using System.IO.Compression;
using System.Text.Json;

namespace Inference.Tests.Tokenization;

/// <summary>One line of <c>wordpiece/cases.jsonl.gz</c>: what the reference tokenizer made of a text.</summary>
internal sealed record WordPieceCase(
    string Kind, string Text, int[] Ids, int[][] Offsets_utf16, int[] Ids_max16, int[]? Ids_plain, int[][]? Offsets_plain_utf16);

internal static class WordPieceVectors
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Lines of our own and of mails, which lie in the repository.</summary>
    public static IReadOnlyList<WordPieceCase> Load() => Load(GoldenData.PathOf("vectors/wordpiece/cases.jsonl.gz"));

    /// <summary>Lines of news and film reviews, which may not lie there.</summary>
    public static IReadOnlyList<WordPieceCase> LoadNamed() => Load(NamedTexts.PathOf("wordpiece/cases.jsonl.gz"));

    private static List<WordPieceCase> Load(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        List<WordPieceCase> cases = [];
        while (reader.ReadLine() is string line)
        {
            cases.Add(JsonSerializer.Deserialize<WordPieceCase>(line, Options)!);
        }

        return cases;
    }
}
