using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Worker.Tests;

/// <summary>The rules of direction and of form, which no compiler holds: docs/architecture.md.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] CoreFolders =
    [
        "Inference/Tokenization", "Inference/Batching", "Inference/Modes",
        "Worker/Control", "Worker/Documents/Avro", "Worker/InFlight", "Worker/Wording",
    ];

    private static readonly string[] CoreNamespaces = [.. CoreFolders.Select(NamespaceOf)];
    private static readonly Regex EdgeName = NameOfEdge();
    private static readonly Assembly[] Assemblies =
        [typeof(Sluice.Schemas.Document).Assembly, typeof(Sluice.Inference.Classifier).Assembly, typeof(Sluice.Worker.WorkerHost).Assembly,
            typeof(Sluice.Cli.CommandLine).Assembly];

    // And Documents/Avro the package that it keeps foreign bytes from.
    [Fact]
    public void Core_folders_use_the_BCL_and_one_another_only() => AssertNone(
        from file in Core()
        from name in file.Usings
        where !IsBcl(name) && !CoreNamespaces.Contains(name) && !(file.Folder == "Worker/Documents/Avro" && IsAvro(name))
        select $"{file.Path} uses {name}");

    [Fact]
    public void Core_folders_name_no_edge_in_full_either() =>
        AssertNone(Core().SelectMany(file => file.CodeThatMatches(EdgeName)));

    [Theory]
    [InlineData("Startup.FileHandles.Fault(name)", true)]
    [InlineData("Sluice.Worker.Configuration.Shown.Hidden", true)]
    [InlineData("Documents.WireHeader.Read(value)", true)]
    [InlineData("Documents.Avro.Projection.Compile(schema)", false)]
    [InlineData("Inference.Classifier text", true)]
    [InlineData("Inference.Modes.Scores.Largest(row)", false)]
    [InlineData("Confluent.Kafka.Error error", true)]
    [InlineData("System.Diagnostics.Debug.Assert(true)", false)]
    public void An_edge_is_known_by_its_folder(string code, bool isEdge) => Assert.Equal(isEdge, EdgeName.IsMatch(code));

    [Fact]
    public void Core_folders_take_time_as_an_argument_or_from_a_TimeProvider() =>
        AssertNone(Core().SelectMany(file => file.CodeThatMatches(Clock())));

    [Fact]
    public void Schemas_reference_nothing_but_Avro()
    {
        XDocument project = XDocument.Load(Path.Combine(RepositoryRoot.Find(), "src", "Schemas", "Schemas.csproj"));
        AssertNone(
            from element in project.Descendants()
            where element.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference"
            let name = (string)element.Attribute("Include")!
            where name != "Apache.Avro"
            select name);
        AssertNone(
            from file in SourceFile.All
            where file.Folder.StartsWith("Schemas", StringComparison.Ordinal)
            from name in file.Usings
            where !IsBcl(name) && !name.StartsWith("Sluice.Schemas", StringComparison.Ordinal) && !IsAvro(name)
            select name);
    }

    [Fact]
    public void Namespaces_are_folders() =>
        AssertNone(SourceFile.All.Where(f => f.Namespace is not null && f.Namespace != NamespaceOf(f.Folder))
            .Select(f => $"{f.Path} is in namespace {f.Namespace}"));

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        Type[] types = [.. OurTypes()];
        HashSet<Type> bases =
            [.. types.Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t)];
        AssertNone(types.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(t))
            .Select(t => $"{t} is not sealed"));
    }

    [Fact]
    public void Interfaces_have_two_implementations_here() =>
        AssertNone(OurTypes().Where(t => t.IsInterface && OurTypes().Count(other => other != t && Implements(other, t)) < 2)
            .Select(t => $"{t} has fewer than 2"));

    [Fact]
    public void No_type_is_named_for_want_of_a_better_word() =>
        AssertNone(OurTypes().Where(t => VagueName().IsMatch(t.Name)).Select(t => t.ToString()));

    [Fact]
    public void Only_commands_speak_to_the_console() =>
        AssertNone(SourceFile.All.Where(f => f.Folder is not "Cli").SelectMany(f => f.CodeThatMatches(ConsoleUse())));

    [Fact]
    public void Nothing_is_left_to_do() => AssertNone(
        from file in SourceFile.All
        from line in file.Lines
        where line.Contains("TODO", StringComparison.Ordinal) || line.Contains("FIXME", StringComparison.Ordinal)
        select $"{file.Path}: {line.Trim()}");

    [Fact]
    public void Log_messages_stand_in_one_place() =>
        AssertNone(SourceFile.All.Where(f => f.Folder is not "Worker/Observability").SelectMany(f => f.CodeThatMatches(LogMessage())));

    [Fact]
    public void Every_log_message_has_a_number_of_its_own() => AssertNone(
        from file in SourceFile.All
        from line in file.Lines
        let id = LogMessageId().Match(line)
        where id.Success
        group line by id.Groups["id"].Value into same
        where same.Count() > 1
        select $"{same.Key} stands for {string.Join(" and for ", same.Select(line => line.Trim()))}");

    /// <summary>.NET's cryptography ends the process where OpenSSL is missing; only what speaks TLS may want it.</summary>
    [Fact]
    public void Nothing_but_the_registry_s_client_needs_OpenSSL() => AssertNone(
        from file in SourceFile.All
        where file.Folder is not "Worker/Documents/Registry" && file.Path is not "Inference/Models/Sha256.cs"
        from line in file.CodeThatMatches(Cryptography())
        select line);

    [Fact]
    public void The_core_folders_are_there() => Assert.All(CoreFolders, folder => Assert.Contains(SourceFile.All, f => f.Folder == folder));

    [Fact]
    public void Nothing_blocks_on_a_task() =>
        AssertNone(SourceFile.All.SelectMany(f => f.CodeThatMatches(BlockingWait())));

    [Fact]
    public void The_tree_in_the_documents_is_the_tree_on_disk()
    {
        string root = RepositoryRoot.Find();
        string[] house = [.. File.ReadAllLines(Path.Combine(root, "docs", "architecture.md"))
            .SkipWhile(line => line != "## The house").SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```")];
        string[] told = [.. house.Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]).Order(StringComparer.Ordinal)];
        string[] there =
        [
            .. SourceFile.All.Select(f => f.Folder.Split('/')).Where(parts => parts.Length > 1).Select(parts => parts[1]).Distinct()
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(there, told);
        Assert.All(house.Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(' ')[0]),
            folder => Assert.True(Directory.Exists(Path.Combine(root, folder)), $"{folder} is not there"));
    }

    private static IEnumerable<SourceFile> Core() => SourceFile.All.Where(f => CoreFolders.Contains(f.Folder));

    private static string NamespaceOf(string folder) => "Sluice." + folder.Replace('/', '.');

    private static bool IsAvro(string name) => name == "Avro" || name.StartsWith("Avro.", StringComparison.Ordinal);

    private static bool IsBcl(string name) => name.StartsWith("System", StringComparison.Ordinal)
        && !name.StartsWith("System.CommandLine", StringComparison.Ordinal) && !name.StartsWith("System.Net", StringComparison.Ordinal);

    private static IEnumerable<Type> OurTypes() => Assemblies.SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Sluice", StringComparison.Ordinal) == true
            && !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.DeclaringType?.IsDefined(typeof(CompilerGeneratedAttribute)) != true);

    private static bool Implements(Type type, Type contract) =>
        type.GetInterfaces().Any(i => i == contract || (i.IsGenericType && i.GetGenericTypeDefinition() == contract));

    private static void AssertNone(IEnumerable<string> offences)
    {
        string[] found = [.. offences.Distinct()];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    /// <summary>The first part of a name from an edge folder, which is any but the core's, or from a package.</summary>
    private static Regex NameOfEdge()
    {
        IEnumerable<string> core = CoreFolders.SelectMany(folder => new[] { folder, folder[(folder.IndexOf('/') + 1)..] })
            .Select(name => name.Replace("/", @"\.", StringComparison.Ordinal));
        IEnumerable<string> edges = SourceFile.All.SelectMany(f => f.Folder.Split('/').Take(2)).Distinct()
            .Where(name => !CoreFolders.Any(folder => folder.EndsWith($"/{name}", StringComparison.Ordinal)));
        const string packages = @"Confluent|Spectre|Polly|Microsoft\.(Extensions|AspNetCore|ML)|System\.(Net|CommandLine)";
        return new Regex($@"(?<!\b(System|[a-z]\w*)\.)\b(?!({string.Join('|', core)})\b)({string.Join('|', edges)}|{packages})\.[A-Z]");
    }

    [GeneratedRegex(@"\b(TimeProvider\.System|Stopwatch|DateTime\.(Utc)?Now|DateTimeOffset\.(Utc)?Now|Environment\.TickCount)")]
    private static partial Regex Clock();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Base|Impl)(`[0-9]+)?$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\bConsole\.(Write|Error|Out|In|Read)")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"System\.Security\.Cryptography|\b(SHA1|SHA256|SHA512|MD5|RandomNumberGenerator)\.")]
    private static partial Regex Cryptography();

    [GeneratedRegex(@"GetAwaiter\(\)\.GetResult\(|\bTask\.Wait(All|Any)?\(")]
    private static partial Regex BlockingWait();

    [GeneratedRegex(@"\[LoggerMessage\((EventId = )?(?<id>[0-9]+)")]
    private static partial Regex LogMessageId();

    [GeneratedRegex(@"\[LoggerMessage")]
    private static partial Regex LogMessage();
}
