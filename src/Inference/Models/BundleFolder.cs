namespace Sluice.Inference.Models;

/// <summary>What can be said of a bundle's folder before anything in it is read.</summary>
internal static class BundleFolder
{
    /// <summary>
    /// Why there is no bundle at a path, with those that come with Sluice; null where one may be. What is in it is checked by
    /// <see cref="ModelBundle.Load"/>.
    /// </summary>
    public static string? Fault(string path)
    {
        if (File.Exists(Path.Combine(path, ManifestReader.FileName))) return null;
        string found = Directory.Exists(path) ? $"no {ManifestReader.FileName} in it" : "no such folder";
        string place = Path.IsPathRooted(path) ? "" : $" (seen from {Environment.CurrentDirectory})";
        return $"'{path}' is no bundle: there is {found}{place}. {Bundled()}";
    }

    /// <summary>The bundles in the checkout that <c>./sluice</c> stands in, in words.</summary>
    public static string Bundled()
    {
        string root = Environment.GetEnvironmentVariable("SLUICE_ROOT") is { Length: > 0 } given ? given : Environment.CurrentDirectory;
        string models = Path.Combine(root, "models");
        string[] bundles = Directory.Exists(models)
            ? [.. Directory.GetDirectories(models)
                .Where(folder => File.Exists(Path.Combine(folder, ManifestReader.FileName)))
                .Order(StringComparer.Ordinal).Select(FromHere)]
            : [];
        return bundles.Length == 0 ? "training/README.md tells how to make one." : $"These are here: {string.Join(", ", bundles)}.";
    }

    private static string FromHere(string folder)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder);
        return relative.StartsWith("..", StringComparison.Ordinal) ? folder : relative;
    }
}
