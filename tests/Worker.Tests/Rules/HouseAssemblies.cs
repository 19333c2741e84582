using System.Reflection;

namespace Worker.Tests.Rules;

/// <summary>What src compiles to, by the folder of each project.</summary>
internal static class HouseAssemblies
{
    public static readonly Assembly Schemas = typeof(Sluice.Schemas.Document).Assembly;
    public static readonly Assembly Inference = typeof(Sluice.Inference.Classifier).Assembly;
    public static readonly Assembly Worker = typeof(Sluice.Worker.WorkerHost).Assembly;
    public static readonly Assembly Cli = typeof(Sluice.Cli.CommandLine).Assembly;

    public static IReadOnlyList<Assembly> All { get; } = [Schemas, Inference, Worker, Cli];

    /// <summary>What an assembly was compiled against and uses.</summary>
    public static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);
}
