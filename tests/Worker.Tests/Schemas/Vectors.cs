using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Worker.Tests.Schemas;

/// <summary>The golden vectors of ../shared/vectors; missing ones fail the test.</summary>
internal static class Vectors
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 2048 };

    /// <summary>Each line of a file of JSON lines, gzip where the name says so.</summary>
    public static IEnumerable<JsonElement> Lines(string path)
    {
        using Stream file = File.OpenRead(Path.Combine(Shared(), "vectors", path));
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        while (reader.ReadLine() is string line) yield return JsonDocument.Parse(line, Options).RootElement;
    }

    /// <summary>The bytes of a hex attribute.</summary>
    public static byte[] Bytes(JsonElement line, string name) => Convert.FromHexString(line.GetProperty(name).GetString()!);

    private static string Shared([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable("SLUICE_SHARED") is { Length: > 0 } shared ? shared : Path.Combine(Path.GetDirectoryName(here)!, "../../../../shared");
}
