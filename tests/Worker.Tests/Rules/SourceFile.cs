using System.Text.RegularExpressions;

namespace Worker.Tests.Rules;

/// <summary>A C# file of src/, for rules that only its text can break.</summary>
internal sealed partial record SourceFile(string Path, string[] Lines)
{
    /// <summary>Every file under src/ of this checkout that people write.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = Read();

    /// <summary>The folder from src/ on, with slashes: <c>Worker/Inference/Math</c>.</summary>
    public string Folder { get; } = System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    /// <summary>The namespaces of its using lines.</summary>
    public IEnumerable<string> Usings =>
        Lines.Select(line => UsingLine().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value);

    public string? Namespace =>
        Lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups["name"].Value;

    /// <summary>Its lines without comments, each with its place, where <paramref name="pattern"/> matches.</summary>
    public IEnumerable<string> CodeThatMatches(Regex pattern) =>
        Lines.Select((line, index) => (Code: Comment().Replace(line, ""), Number: index + 1)).Where(line =>
            pattern.IsMatch(line.Code)).Select(line => $"{Path}:{line.Number}: {line.Code.Trim()}");

    private static List<SourceFile> Read()
    {
        string root = System.IO.Path.Combine(RepositoryRoot.Find(), "src");
        return
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal))
                .Select(path => new SourceFile(System.IO.Path.GetRelativePath(root, path), File.ReadAllLines(path))),
        ];
    }

    [GeneratedRegex(@"^\s*(global )?using (static )?(\w+ = )?(?<name>[\w.]+);")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();
}
