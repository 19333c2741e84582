namespace Benchmarks.Batching;

/// <summary>
/// The slowest hundredth at 70% of capacity, of planned batches and of one rival, with the capacities that were measured just before.
/// </summary>
/// <remarks>A machine that has become a fifth slower since its capacity was measured is at 85% and not at 70%: p99 then tells of the
/// machine.</remarks>
/// <param name="Ours">Documents a second that planned batches cleared.</param>
/// <param name="Rivals">The same of the rival.</param>
/// <param name="Own">Planned at 70% of <paramref name="Ours"/>.</param>
/// <param name="Same">Planned at 70% of <paramref name="Rivals"/>.</param>
/// <param name="Rival">The rival at 70% of <paramref name="Rivals"/>.</param>
internal sealed record LatencyTrial(double Ours, double Rivals, LatencyRow Own, LatencyRow Same, LatencyRow Rival)
{
    private const double Slowest = 0.99;

    public double OwnMs => P99(Own);

    public double SameMs => P99(Same);

    public double RivalMs => P99(Rival);

    // A rate that is more than was cleared is not served: its queue grows without end.
    private static double P99(LatencyRow row) => row.IsServed ? row.Percentile(Slowest) : double.PositiveInfinity;
}
