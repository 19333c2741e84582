namespace Benchmarks.Burst.Outcomes;

/// <summary>Percentiles of values that may be infinite.</summary>
internal static class Percentile
{
    /// <summary>The least value that at least a share of all do not pass (nearest rank); not a number of none.</summary>
    /// <param name="ascending">In order.</param>
    /// <param name="share">Over 0, up to 1.</param>
    public static double Of(double[] ascending, double share) =>
        ascending.Length == 0
            ? double.NaN
            : ascending[Math.Clamp((int)Math.Ceiling(share * ascending.Length) - 1, 0, ascending.Length - 1)];
}
