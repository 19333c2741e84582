using TestKit;

namespace Benchmarks.Burst.Outcomes;

/// <summary>What a run's arrivals cost the policy that knows them beforehand, and serves every document within a time.</summary>
internal static class Oracle
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.02);

    /// <summary>Accuracy that is given up, summed over documents.</summary>
    /// <param name="arrivals">Seconds, ascending.</param>
    /// <param name="from">Where it begins, with nothing waiting.</param>
    /// <param name="to">Before it all have come. What the fastest mode has not served by then it serves afterwards.</param>
    /// <param name="delay">Seconds within which a document must be served, as far as the fastest mode can.</param>
    /// <param name="rungs">The modes.</param>
    /// <param name="mixes">Whether it may take turns between modes: that oracle is what goals are of. Else it stays in the most accurate
    /// one that does the work of a stretch.</param>
    public static double GivenUp(IEnumerable<double> arrivals, double from, double to, double delay, Rungs rungs, bool mixes = true)
    {
        double[] steps = new double[(int)Math.Ceiling((to - from) / Step.TotalSeconds)];
        foreach (double arrival in arrivals)
        {
            int step = (int)Math.Ceiling((arrival - from) / Step.TotalSeconds) - 1;
            if (step < steps.Length) steps[Math.Max(step, 0)]++;
        }

        OracleResult oracle = AccuracyOracle.Solve(
            steps, Step, [.. rungs.All.Select(rung => (rung.Capacity, rung.Accuracy))], TimeSpan.FromSeconds(delay));
        return mixes ? oracle.Mixed : oracle.Single;
    }
}
