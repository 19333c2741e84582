using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;

namespace Worker.Tests.Rules;

/// <summary>A type of ours that names another one, as the compiler wrote it down: constants, which it copies, and comments are not there.
/// </summary>
/// <param name="From">The full name of the one that names.</param>
/// <param name="To">The full name of the one that is named, in whichever assembly.</param>
/// <param name="FromNamespace">Where the first is; for a type of ours that is its folder.</param>
/// <param name="ToNamespace">Where the second is.</param>
/// <param name="Member">The full name of the member that is called, or empty.</param>
internal sealed record Dependency(string From, string To, string FromNamespace, string ToNamespace, string Member)
{
    private static readonly Lazy<IReadOnlyList<Dependency>> Read = new(ReadAll);

    /// <summary>All of the four assemblies of src.</summary>
    public static IReadOnlyList<Dependency> All => Read.Value;

    /// <summary>The folder of a namespace of ours, from src/ on: <c>Worker/Documents/Avro</c>.</summary>
    public static string FolderOf(string name) => name["Sluice.".Length..].Replace('.', '/');

    public static bool IsOurs(string name) => name.StartsWith("Sluice.", StringComparison.Ordinal);

    public override string ToString() => $"{From} names {(Member.Length > 0 ? Member : To)}";

    private static Dependency[] ReadAll() =>
    [
        .. new ArchLoader().LoadAssemblies([.. HouseAssemblies.All]).Build().Types
            .Where(type => IsOurs(NamespaceOf(type)))
            .SelectMany(type => type.Dependencies, (type, named) => new Dependency(
                type.FullName, named.Target.FullName, NamespaceOf(type), NamespaceOf(named.Target),
                (named as MethodCallDependency)?.TargetMember.FullName ?? ""))
            .Where(named => named.ToNamespace.Length > 0)
            .Distinct(),
    ];

    private static string NamespaceOf(IType type) => type.Namespace?.FullName ?? "";
}
