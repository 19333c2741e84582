using System.IO.Compression;
using System.Text.Json;

namespace Worker.Tests.Schemas;

/// <summary>The golden vectors of tests/Data/vectors.</summary>
internal static class Vectors
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 2048 };

    /// <summary>Each line of a file of JSON lines, gzip where the name says so.</summary>
    public static IEnumerable<JsonElement> Lines(string path)
    {
        using Stream file = File.OpenRead(GoldenData.PathOf($"vectors/{path}"));
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is string line) yield return Parse(line);
    }

    /// <summary>JSON as deep as the vectors have it.</summary>
    public static JsonElement Parse(string json) => JsonDocument.Parse(json, Options).RootElement;

    /// <summary>The bytes of a hex attribute.</summary>
    public static byte[] Bytes(JsonElement line, string name) => Convert.FromHexString(line.GetProperty(name).GetString()!);
}
