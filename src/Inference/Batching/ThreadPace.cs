namespace Sluice.Inference.Batching;

/// <summary>
/// What batches cost one inference thread: what the batches of all have taught, at the pace that its core has at present.
/// </summary>
/// <remarks>
/// <para>The cores of a shared machine are not alike, and each drifts for itself: two inference threads were seen 45% apart over some
/// seconds, on two cores whose other hyperthreads belong to somebody else. A <see cref="CostModel"/> remembers 200 batches of every
/// inference thread, which is right for what a token costs beside a document and too slow for that. The pace is one factor on all terms and
/// follows within a few batches (docs/batching.md tells what that gained). As it is one factor, it changes nothing about which documents go
/// together: what it makes right is when a batch will be done, and so how many mates an old document may have, and whether the model is to
/// be trusted.</para>
/// <para>Not thread-safe: its inference thread's own. Allocates nothing after its construction.</para>
/// </remarks>
internal sealed class ThreadPace(CostModel all)
{
    /// <summary>Weight of the newest batch: one half follows as well, and lets through more of a batch's own noise.</summary>
    private const double Weight = 1.0 / 3;

    /// <summary>What one batch is off by at most, as a logarithm: it moves the pace by an eighth, however disturbed it was.</summary>
    private const double Farthest = 0.35;

    /// <summary>No core is a thousand times slower than another; a clock that says so is not believed further.</summary>
    private const double Most = 7;

    private double _logPace;

    /// <summary>What is believed now of a batch that this inference thread runs.</summary>
    public CostSnapshot Current
    {
        get
        {
            CostSnapshot known = all.Current;
            return known with { Cost = known.Cost.Times(Math.Exp(_logPace)) };
        }
    }

    /// <summary>Learns from a batch that this inference thread ran, for itself and for all.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="measuredMs">Milliseconds it took, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not finite or not above 0. Nothing is learned.</exception>
    public void Observe(BatchShape shape, double measuredMs)
    {
        double usualMs = all.Observe(shape, measuredMs, Math.Exp(_logPace));
        double step = Weight * Math.Clamp(Math.Log(measuredMs / usualMs) - _logPace, -Farthest, Farthest);
        _logPace = Math.Clamp(_logPace + step, -Most, Most);
    }
}
