namespace Worker.Benchmarks.Batching;

/// <summary>Latencies of one way of serving at one load.</summary>
/// <param name="Policy">Which.</param>
/// <param name="Load">Arrivals as a share of what planned int8 clears a second.</param>
/// <param name="PerSecond">Arrivals a second.</param>
/// <param name="LatencyMs">From arrival to label, one a document.</param>
/// <param name="WaitMs">From arrival to the start of the batch, or null where it was not taken.</param>
internal sealed record LatencyRow(string Policy, double Load, double PerSecond, double[] LatencyMs, double[]? WaitMs)
{
    /// <summary>The value below which a share of the latencies lie.</summary>
    public double Percentile(double share) => At(LatencyMs, share);

    /// <summary>Mean wait in milliseconds; NaN where it was not taken.</summary>
    public double MeanWait => WaitMs is null ? double.NaN : WaitMs.Average();

    private static double At(double[] values, double share) => values.Order().ElementAt(Math.Min(values.Length - 1, (int)(share * values.Length)));
}
