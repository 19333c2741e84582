namespace Sluice.Inference.Models;

/// <summary>Compares the files of a bundle with what its manifest says of them.</summary>
internal static class BundleFiles
{
    /// <summary>Each file that is missing or of another size or hash; empty when all agree.</summary>
    public static List<string> Disagreements(string directory, Manifest manifest) =>
        [.. manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => Disagreement(Path.Combine(directory, file.Key), file.Key, file.Value)).OfType<string>()];

    private static string? Disagreement(string path, string name, Manifest.FileSection expected)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return $"{name}: expected {expected.Bytes} bytes, found no such file";
        if (file.Length != expected.Bytes)
            return $"{name}: expected {expected.Bytes} bytes, found {file.Length}";
        using FileStream stream = file.OpenRead();
        string sha256 = Convert.ToHexStringLower(Sha256.Of(stream));
        return sha256.Equals(expected.Sha256, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"{name}: expected SHA-256 {expected.Sha256}, found {sha256}";
    }
}
