using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Configuration;

/// <summary>The names that the worker logs under: those of the types that take a logger, and two of static ones.</summary>
internal static class LogCategories
{
    /// <summary>Of the first line of a start, and of the last words.</summary>
    public const string Start = "Sluice.Worker.Startup.StartLine", End = "Sluice.Worker.WorkerProgram";

    private const string Root = "Sluice.Worker.";

    // What settings of 0.1 may name: the beginning of a category, and who logs that by now.
    private static readonly (string Old, string New)[] Moved =
    [
        ("Batching", "Startup.CostsStep"),
        ("Inference", "Startup.SessionsStep"),
        ("Kafka.ClusterCheck", "Startup.ClusterCheck"),
        ("Offsets", "Kafka.RecordSource"),
        ("Onnx", "Startup.SessionsStep"),
        ("Pipeline.AvroDocumentReader", "Documents.AvroFormat"),
        ("Pipeline.PipelineFailure", "Faults.PipelineFailure"),
        ("Pipeline.PublishStep", "Delivery.RefusedRecords"),
        ("Pipeline.RegistryTrouble", "Documents.Registry.RegistryClient"),
        ("Pipeline.RejectionLog", "Documents.RejectionLog"),
        ("Registry", "Documents.Registry.RegistryClient"),
    ];

    private static readonly Lazy<string[]> Known = new(() =>
    [
        Start, End,
        .. from type in typeof(LogCategories).Assembly.GetTypes()
           from constructor in type.GetConstructors()
           from parameter in constructor.GetParameters()
           let logger = parameter.ParameterType
           where logger.IsGenericType && logger.GetGenericTypeDefinition() == typeof(ILogger<>)
           select logger.GenericTypeArguments[0].FullName,
    ]);

    /// <summary>All of them, each once.</summary>
    public static IReadOnlyList<string> All => Known.Value;

    /// <summary>Whether a rule of the log heeds any of them: it gives the beginning of a name, or with a star beginning and end.</summary>
    /// <param name="rule">With one star at most.</param>
    public static bool AreHeededBy(string rule)
    {
        string[] parts = rule.Split('*');
        return All.Any(name => name.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)
            && name.EndsWith(parts.Length > 1 ? parts[^1] : "", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What was probably meant by a rule that heeds none; null where nothing is like it.</summary>
    public static string? Nearest(string rule)
    {
        if (!rule.StartsWith(Root, StringComparison.OrdinalIgnoreCase)) return null;
        string name = rule[Root.Length..];
        string? now = Moved.FirstOrDefault(moved => name.Equals(moved.Old, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(moved.Old + '.', StringComparison.OrdinalIgnoreCase)).New;
        return (now ?? NearestName.Of(name, Beginnings())) is { } found ? Root + found : null;
    }

    private static IEnumerable<string> Beginnings() => All.SelectMany(category =>
    {
        string[] parts = category[Root.Length..].Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts[..count]));
    }).Distinct();
}
