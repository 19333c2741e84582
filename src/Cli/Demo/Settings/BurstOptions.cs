namespace Sluice.Cli.Demo.Settings;

/// <summary>A burst in the arrivals: calm, so many times as much, calm again.</summary>
/// <param name="Times">How many times the calm rate; above 1, at most 100.</param>
internal sealed record BurstOptions(double Times)
{
    /// <summary>What of the capacity of the mode that it begins with is calm, where no rate is given. A burst of 20 times is then five
    /// times that capacity: more than it can do by far, and half of what a swift student can, so that a machine that others slow
    /// down meanwhile keeps up too.</summary>
    public const double CalmShare = 0.25;

    /// <summary>Most documents that a run sends, so that those of a fast machine fit into the demo's memory; a share is calm that keeps
    /// below it.</summary>
    public const int MostDocuments = 60_000;

    /// <summary>Calm at first.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The burst itself.</summary>
    public TimeSpan During { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Calm again.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The calm rate for a worker.</summary>
    /// <param name="capacity">Documents per second of the mode that it begins with.</param>
    /// <returns>Documents per second, to a tenth below 100; at least 0.1.</returns>
    public double CalmFor(double capacity)
    {
        double calmSeconds = (Before + After).TotalSeconds + (Times * During.TotalSeconds);
        double calm = Math.Min(CalmShare * capacity, MostDocuments / calmSeconds);
        return Math.Max(0.1, calm < 100 ? Math.Floor(calm * 10) / 10 : Math.Floor(calm));
    }
}
