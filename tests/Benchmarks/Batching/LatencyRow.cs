namespace Benchmarks.Batching;

/// <summary>Latencies of one way of serving at one load.</summary>
/// <param name="Policy">Which.</param>
/// <param name="Rate">What the rate of arrivals was set by, such as <c>70% of ours</c>.</param>
/// <param name="PerSecond">Arrivals a second.</param>
/// <param name="OwnLoad">Arrivals as a share of what this policy clears a second; from 1 on its queue grows without end, and it is not
/// served.</param>
/// <param name="LatencyMs">From arrival to label, one a document; empty where it was not served.</param>
/// <param name="WaitMs">From arrival to the start of the batch.</param>
internal sealed record LatencyRow(string Policy, string Rate, double PerSecond, double OwnLoad, double[] LatencyMs, double[] WaitMs)
{
    private const double Confidence = 1.645; // of a normal variable, 5% lie above

    private readonly double[] _sorted = [.. LatencyMs.Order()];

    /// <summary>Whether it could be served at this rate.</summary>
    public bool IsServed => LatencyMs.Length > 0;

    /// <summary>The value below which a share of the latencies lie.</summary>
    public double Percentile(double share) => _sorted[Math.Clamp((int)(share * _sorted.Length), 0, _sorted.Length - 1)];

    /// <summary>
    /// Between which measured values that percentile lies, 9 times of 10: the ranks that a binomial count of documents below it takes, as
    /// if latencies were independent.
    /// </summary>
    public (double Low, double High) Interval(double share)
    {
        double spread = Confidence * Math.Sqrt(share * (1 - share) / _sorted.Length);
        return (Percentile(share - spread), Percentile(share + spread));
    }
}
