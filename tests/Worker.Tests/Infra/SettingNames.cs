using System.Text.RegularExpressions;

namespace Worker.Tests.Infra;

/// <summary>Whether a variable of the environment is a setting of docs/configuration.md, or not one of the worker's at all.</summary>
internal static partial class SettingNames
{
    private static readonly HashSet<string> Settings =
    [
        .. File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "configuration.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups["name"].Value),
    ];

    public static bool Knows(string variable)
    {
        if (!variable.StartsWith("Sluice__", StringComparison.Ordinal)) return true;
        string name = Number().Replace(variable["Sluice__".Length..], "").Replace("__", ":", StringComparison.Ordinal);
        return Settings.Contains(name);
    }

    [GeneratedRegex("^\\| `(?<name>[A-Z][A-Za-z]+:[A-Za-z]+)` \\|")]
    private static partial Regex Row();

    [GeneratedRegex("__[0-9]+$")]
    private static partial Regex Number();
}
