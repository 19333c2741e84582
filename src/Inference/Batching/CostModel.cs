using System.Runtime.CompilerServices;

namespace Sluice.Inference.Batching;

/// <summary>Learns what batches cost from what they cost, for one mode, precision and number of batches at once.</summary>
/// <remarks>
/// <para>Recursive least squares (docs/batching.md, "What a batch costs"): each measured batch is a row of the five terms' factors,
/// divided by the milliseconds measured, so that what is made small is the relative error. Old batches are forgotten by half a
/// percent with each new one, by five while the model errs. It is kept as sums (the information form), because there the bound "no
/// term below 0" can be solved exactly.</para>
/// <para>Where recent batches say nothing of a term (only lone documents come at low load), forgetting would let it drift. So with each
/// batch a little of <see cref="ReferenceShapes"/> is added as if measured at just what is predicted: what is not contradicted
/// stays.</para>
/// <para>A batch that takes more than twice as long as predicted was most likely disturbed (a collection, a neighbour on the machine) and
/// hardly counts; the sixth of them in a row does.</para>
/// <para>Thread-safe: inference threads observe, whoever plans reads a snapshot. Allocates nothing after its construction.</para>
/// </remarks>
internal sealed class CostModel
{
    /// <summary>Weight that a batch keeps when the next one comes: about 200 batches are remembered.</summary>
    private const double Kept = 0.995;

    /// <summary>
    /// The same while the model errs by itself, whatever its inference threads' paces make of it: about 20. A machine that became three
    /// times slower would otherwise be believed late, as a batch's sums weigh by its time to the power of -2.
    /// </summary>
    private const double KeptInDistrust = 0.95;

    /// <summary>Mean relative error above which nothing that is predicted is trusted, and below which it is again.</summary>
    private const double DistrustAbove = 0.25, TrustBelow = 0.20;

    /// <summary>Batches that teach before a prediction is judged: one for each term, and as many again.</summary>
    private const int LeastBatches = 2 * Terms;

    private const int Terms = 5;
    private const int DisturbedInARow = 5;
    private const double DisturbedWeight = 0.02;
    private const double AnchorWeight = 0.02;
    private const double WarmAnchorWeight = 2;
    private const double ErrorMemory = 50;

    private readonly Lock _gate = new();
    private Square _a;
    private Row _b;
    private CostSnapshot _now;
    private double _usualError; // of recent predictions at a pace of 1
    private long _judged;
    private int _disturbed;

    /// <summary>A model of a machine on which nothing was measured.</summary>
    public CostModel()
        : this(new CostSnapshot(BatchCost.Guess, double.NaN, 0, false), AnchorWeight)
    {
    }

    /// <summary>A model that goes on from what an earlier one knew.</summary>
    public CostModel(CostSnapshot known)
        : this(known, WarmAnchorWeight)
    {
        _judged = double.IsNaN(known.MeanError) ? 0 : (long)ErrorMemory;
        _usualError = double.IsNaN(known.MeanError) ? 0 : known.MeanError;
    }

    private CostModel(CostSnapshot known, double weight)
    {
        _now = known;
        Anchor(weight);
    }

    /// <summary>Whether a model that starts with this mean error is trusted.</summary>
    public static bool IsTrusted(double meanError) => meanError <= DistrustAbove;

    /// <summary>What is believed now.</summary>
    public CostSnapshot Current
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    /// <summary>Learns from a batch that was run.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="measuredMs">Milliseconds it took, finite and above 0.</param>
    /// <param name="pace">How many times as long as usual the inference thread's core took lately, which it told beforehand: what was
    /// predicted is judged with it. What is learned is the time as it was.</param>
    /// <returns>Milliseconds that were predicted at a pace of 1, before it was learned from.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not finite or not above 0.</exception>
    public double Observe(BatchShape shape, double measuredMs, double pace = 1)
    {
        if (!double.IsFinite(measuredMs) || measuredMs <= 0)
            throw new ArgumentOutOfRangeException(nameof(measuredMs), measuredMs,
                "A batch takes a finite time above 0 ms; measure it with a clock that goes forward.");
        lock (_gate)
        {
            double usualMs = _now.Cost.Predict(shape), predictedMs = pace * usualMs;
            bool taught = _now.Batches >= LeastBatches;
            _disturbed = taught && measuredMs > 2 * predictedMs ? _disturbed + 1 : 0;
            Forget();
            Anchor(AnchorWeight);
            Learn(shape, measuredMs, _disturbed is > 0 and <= DisturbedInARow ? DisturbedWeight : 1);
            BatchCost cost = Solve();
            double error = _now.MeanError;
            if (taught)
            {
                _judged++;
                error = Judge(error, predictedMs, measuredMs);
                _usualError = Judge(_usualError, usualMs, measuredMs);
            }

            bool trusted = error <= (_now.IsTrusted ? DistrustAbove : TrustBelow);
            _now = new CostSnapshot(cost, error, _now.Batches + 1, trusted);
            return usualMs;
        }
    }

    private double Judge(double mean, double predictedMs, double measuredMs)
    {
        double error = Math.Min(1, Math.Abs(predictedMs - measuredMs) / measuredMs);
        return _judged == 1 ? error : mean + ((error - mean) / Math.Min(_judged, ErrorMemory));
    }

    private void Forget()
    {
        double kept = _now.IsTrusted && _usualError <= DistrustAbove ? Kept : KeptInDistrust;
        foreach (ref double sum in (Span<double>)_a) sum *= kept;
        foreach (ref double sum in (Span<double>)_b) sum *= kept;
    }

    private void Anchor(double weight)
    {
        IReadOnlyList<BatchShape> shapes = ReferenceShapes.All;
        for (int i = 0; i < shapes.Count; i++)
        {
            double ms = _now.Cost.Predict(shapes[i]);
            if (ms > 0) Learn(shapes[i], ms, weight / shapes.Count);
        }
    }

    private void Learn(BatchShape shape, double ms, double weight)
    {
        Span<double> factors = [1 / ms, shape.Rows / ms, shape.Tokens / ms, shape.Cells / ms, shape.Squares / ms];
        for (int i = 0; i < Terms; i++)
        {
            _b[i] += weight * factors[i];
            for (int j = 0; j < Terms; j++) _a[(i * Terms) + j] += weight * factors[i] * factors[j];
        }
    }

    private BatchCost Solve()
    {
        // Factors differ by 10^6 (a batch, its cells): each term is measured in units that make its own sum 1.
        Span<double> units = stackalloc double[Terms], b = stackalloc double[Terms], x = stackalloc double[Terms],
            a = stackalloc double[Terms * Terms];
        for (int i = 0; i < Terms; i++) units[i] = _a[(i * Terms) + i] > 0 ? 1 / Math.Sqrt(_a[(i * Terms) + i]) : 0;
        for (int i = 0; i < Terms; i++)
        {
            b[i] = _b[i] * units[i];
            for (int j = 0; j < Terms; j++) a[(i * Terms) + j] = _a[(i * Terms) + j] * units[i] * units[j];
        }

        NonNegativeLeastSquares.Solve(a, b, x);
        return new BatchCost(x[0] * units[0], x[1] * units[1], x[2] * units[2], x[3] * units[3], x[4] * units[4]);
    }

    [InlineArray(Terms * Terms)]
    private struct Square
    {
        private double _first;
    }

    [InlineArray(Terms)]
    private struct Row
    {
        private double _first;
    }
}
