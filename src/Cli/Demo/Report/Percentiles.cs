namespace Sluice.Cli.Demo.Report;

/// <summary>Times from due to label, in milliseconds.</summary>
internal readonly record struct Percentiles(double P50, double P95, double P99)
{
    /// <summary>By nearest rank: the smallest time that is not exceeded by this share of the documents. Zeros when there is none.</summary>
    /// <param name="ticks">Times in any order; sorted in place.</param>
    /// <param name="frequency">Ticks per second.</param>
    public static Percentiles Of(Span<long> ticks, long frequency)
    {
        ticks.Sort();
        return new Percentiles(At(ticks, 0.50, frequency), At(ticks, 0.95, frequency), At(ticks, 0.99, frequency));
    }

    private static double At(ReadOnlySpan<long> sorted, double share, long frequency) =>
        sorted.IsEmpty ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)] * 1000.0 / frequency;
}
