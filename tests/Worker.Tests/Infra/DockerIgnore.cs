using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>
/// What a .dockerignore leaves out of a build's context: of all patterns that match a path or a folder above it, the last decides.
/// </summary>
internal sealed class DockerIgnore(params string[] lines)
{
    private readonly (Regex Pattern, bool LetsIn)[] _rules =
    [
        .. lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => (new Regex($"^{Expression(line.TrimStart('!'))}(/|$)", RegexOptions.CultureInvariant), line[0] == '!')),
    ];

    /// <param name="path">Relative to the context, with slashes.</param>
    public bool LeavesOut(string path) => _rules.LastOrDefault(rule => rule.Pattern.IsMatch(path)) is { Pattern: not null, LetsIn: false };

    private static string Expression(string pattern) => Regex.Escape(pattern)
        .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
        .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
}
