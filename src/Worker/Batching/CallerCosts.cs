namespace Sluice.Worker.Batching;

/// <summary>What batches cost one caller: what the batches of all callers have taught, at the pace that this caller's core has at present.</summary>
/// <remarks>
/// <para>The cores of a shared machine are not alike, and each drifts for itself: two callers were seen 45% apart over some seconds, on two cores whose other hyperthreads belong to somebody else. A
/// <see cref="CostModel"/> remembers 200 batches of every caller, which is right for what a token costs beside a document and too slow for that. The pace is one factor on all terms and follows within
/// three batches (docs/batching.md tells what that gained).</para>
/// <para>Not thread-safe: its caller's own. Allocates nothing after its construction.</para>
/// </remarks>
internal sealed class CallerCosts(CostModel all)
{
    /// <summary>Weight of the newest batch: one half follows as well, and lets through more of a batch's own noise.</summary>
    private const double Weight = 1.0 / 3;

    /// <summary>One batch moves the pace by a quarter at most, however disturbed it was.</summary>
    private static readonly double Farthest = Math.Log(2);

    private double _logPace;

    /// <summary>What is believed now of a batch that this caller runs.</summary>
    public CostSnapshot Current
    {
        get
        {
            CostSnapshot known = all.Current;
            return known with { Cost = known.Cost.Times(Math.Exp(_logPace)) };
        }
    }

    /// <summary>Learns from a batch that this caller ran, for itself and for all.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="measuredMs">Milliseconds it took, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not finite or not above 0. Nothing is learned.</exception>
    public void Observe(BatchShape shape, double measuredMs)
    {
        double usualMs = all.Current.Cost.Predict(shape);
        all.Observe(shape, measuredMs, Math.Exp(_logPace));
        _logPace += Weight * Math.Clamp(Math.Log(measuredMs / usualMs) - _logPace, -Farthest, Farthest);
    }
}
