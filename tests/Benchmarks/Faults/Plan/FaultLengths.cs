namespace Benchmarks.Faults.Plan;

/// <summary>How much of a schedule, and under which load.</summary>
/// <param name="Name">As it stands in tables.</param>
/// <param name="Seconds">Of the schedule; documents come all the while.</param>
/// <param name="Documents">That are written, those of aborted transactions not among them, roughly.</param>
/// <param name="Mode"><c>Model:Mode</c>.</param>
/// <param name="IsTiny">Whether the model is the one of tests, which answers at once; else the bundle mail.</param>
internal sealed record FaultLengths(string Name, double Seconds, int Documents, string Mode, bool IsTiny)
{
    /// <summary>For continuous integration: with the start of three brokers and the end, within three minutes.</summary>
    public static FaultLengths Short { get; } = new("short", 75, 20_000, "teacher", IsTiny: true);

    /// <summary>As the results are published: the pipeline, then the model.</summary>
    public static IReadOnlyList<FaultLengths> Full { get; } =
    [
        new("pipeline", 600, 1_000_000, "teacher", IsTiny: true),
        new("model", 600, 50_000, "auto", IsTiny: false),
    ];

    public double PerSecond => Documents / Seconds;
}
