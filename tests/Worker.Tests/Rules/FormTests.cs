using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Worker.Tests.Rules;

/// <summary>The rules of form, which no compiler holds.</summary>
public sealed partial class FormTests
{
    [Fact]
    public void Namespaces_are_folders() =>
        Offences.None(SourceFile.All.Where(f => f.Namespace is not null && f.Namespace != NamespaceOf(f.Folder))
            .Select(f => $"{f.Path} is in namespace {f.Namespace}"));

    [Fact]
    public void Classes_are_sealed_unless_something_derives_from_them()
    {
        Type[] types = [.. OurTypes()];
        HashSet<Type> bases =
            [.. types.Select(t => t.BaseType).OfType<Type>().Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t)];
        Offences.None(types.Where(t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && !bases.Contains(t))
            .Select(t => $"{t} is not sealed"));
    }

    [Fact]
    public void Interfaces_have_two_implementations_here() =>
        Offences.None(OurTypes().Where(t => t.IsInterface && OurTypes().Count(other => other != t && Implements(other, t)) < 2)
            .Select(t => $"{t} has fewer than 2"));

    [Fact]
    public void No_type_is_named_for_want_of_a_better_word() =>
        Offences.None(OurTypes().Where(t => VagueName().IsMatch(t.Name)).Select(t => t.ToString()));

    [Fact]
    public void Only_commands_and_the_thin_program_speak_to_the_console() =>
        Offences.None(SourceFile.All.Where(f => f.Folder is not "Cli" && f.Path is not "Worker/Program.cs")
            .SelectMany(f => f.CodeThatMatches(ConsoleUse())));

    [Fact]
    public void Nothing_is_left_to_do() => Offences.None(
        from file in SourceFile.All
        from line in file.Lines
        where line.Contains("TODO", StringComparison.Ordinal) || line.Contains("FIXME", StringComparison.Ordinal)
        select $"{file.Path}: {line.Trim()}");

    [Fact]
    public void Log_messages_stand_in_one_place() =>
        Offences.None(SourceFile.All.Where(f => f.Folder is not "Worker/Observability").SelectMany(f => f.CodeThatMatches(LogMessage())));

    [Fact]
    public void Every_log_message_has_a_number_of_its_own() => Offences.None(
        from file in SourceFile.All
        from line in file.Lines
        let id = LogMessageId().Match(line)
        where id.Success
        group line by id.Groups["id"].Value into same
        where same.Count() > 1
        select $"{same.Key} stands for {string.Join(" and for ", same.Select(line => line.Trim()))}");

    /// <summary>.NET's cryptography ends the process where OpenSSL is missing; only what speaks TLS may want it.</summary>
    [Fact]
    public void Nothing_but_the_registry_s_client_needs_OpenSSL() => Offences.None(
        from file in SourceFile.All
        where file.Folder is not "Worker/Documents/Registry" && file.Path is not "Inference/Models/Sha256.cs"
        from line in file.CodeThatMatches(Cryptography())
        select line);

    [Fact]
    public void Nothing_blocks_on_a_task() =>
        Offences.None(SourceFile.All.SelectMany(f => f.CodeThatMatches(BlockingWait())));

    [Fact]
    public void The_tree_in_the_documents_is_the_tree_on_disk()
    {
        string root = RepositoryRoot.Find();
        Assert.Equal(
            SourceFile.All.Select(file => file.Folder).Append("Kernels").Distinct().Order(StringComparer.Ordinal),
            HouseTree.Folders().Select(folder => folder.Folder).Order(StringComparer.Ordinal));
        Assert.All(HouseTree.Lines().Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(' ')[0]),
            folder => Assert.True(Directory.Exists(Path.Combine(root, folder)), $"{folder} is not there"));
    }

    private static string NamespaceOf(string folder) => "Sluice." + folder.Replace('/', '.');

    private static IEnumerable<Type> OurTypes() => HouseAssemblies.All.SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Sluice", StringComparison.Ordinal) == true
            && !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.DeclaringType?.IsDefined(typeof(CompilerGeneratedAttribute)) != true);

    private static bool Implements(Type type, Type contract) =>
        type.GetInterfaces().Any(i => i == contract || (i.IsGenericType && i.GetGenericTypeDefinition() == contract));

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
