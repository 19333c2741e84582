using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Worker.Tests.Rules;

/// <summary>The folders that use the base class library and one another only, and what each may use besides.</summary>
internal static class CoreFolders
{
    private const string Packages = @"Confluent|Spectre|Polly|Microsoft\.(Extensions|AspNetCore|ML)|System\.(Net|CommandLine)";

    // Packages whose names would pass for the base class library's.
    private static readonly string[] SystemPackages =
    [
        .. XDocument.Load(Path.Combine(RepositoryRoot.Find(), "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => (string)package.Attribute("Include")!)
            .Where(name => name.StartsWith("System.", StringComparison.Ordinal)),
    ];

    private static readonly Dictionary<string, string[]> Besides = new()
    {
        ["Inference/Tokenization"] = [],
        ["Inference/Batching"] = [],
        ["Inference/Modes"] = [],
        ["Worker/Control"] = [],
        ["Worker/Documents/Avro"] = ["Avro"], // the package that it keeps foreign bytes from
        ["Worker/Documents/Envelopes"] = ["Avro"], // the same package's schemas
        ["Worker/Documents/Paths"] = [],
        ["Worker/InFlight"] = ["System.IO.Hashing"], // of keys
        ["Worker/Wording"] = [],
    };

    public static IReadOnlyCollection<string> All => Besides.Keys;

    /// <summary>The first part of a name from an edge folder, which is any but the core's, or from a package.</summary>
    public static Regex EdgeName { get; } = NameOfEdge();

    /// <summary>Whether code of a folder is held to this.</summary>
    public static bool Has(string folder) => Besides.ContainsKey(folder);

    /// <summary>Whether a core folder may name what is in a namespace.</summary>
    public static bool MayName(string folder, string name) =>
        (Dependency.IsOurs(name) ? Has(Dependency.FolderOf(name)) : IsBcl(name)) || Besides[folder].Any(allowed => IsIn(name, allowed));

    /// <summary>Whether a namespace or an assembly is the base class library's.</summary>
    /// <remarks>What the compiler itself puts into an assembly is nobody's choice.</remarks>
    public static bool IsBcl(string name) => (IsIn(name, "System") || name == "Microsoft.CodeAnalysis")
        && !IsIn(name, "System.Net") && !SystemPackages.Any(package => IsIn(name, package));

    private static bool IsIn(string name, string parent) => name == parent || name.StartsWith($"{parent}.", StringComparison.Ordinal);

    private static Regex NameOfEdge()
    {
        IEnumerable<string> core = All.SelectMany(folder => new[] { folder, folder[(folder.IndexOf('/') + 1)..] })
            .Select(name => name.Replace("/", @"\.", StringComparison.Ordinal));
        IEnumerable<string> edges = SourceFile.All.SelectMany(file => file.Folder.Split('/').Take(2)).Distinct()
            .Where(name => !All.Any(folder => folder.EndsWith($"/{name}", StringComparison.Ordinal)));
        return new Regex($@"(?<!\b(System|[a-z]\w*)\.)\b(?!({string.Join('|', core)})\b)({string.Join('|', edges)}|{Packages})\.[A-Z]");
    }
}
