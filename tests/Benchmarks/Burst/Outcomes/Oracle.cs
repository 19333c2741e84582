using Worker.Tests.Control.Simulated;

namespace Benchmarks.Burst.Outcomes;

/// <summary>
/// The policy that knows all arrivals beforehand: it gives up the least accuracy with which every document is labelled within a time.
/// </summary>
/// <remarks>
/// Documents are a fluid here. What has been served by then must stay under what has come, and above what had come a delay earlier, and no
/// faster than the cheapest mode serves. What is given up for a rate is convex in it (two modes may take turns), so of all courses the
/// taut string between these bounds gives up the least, whatever the modes cost (as in optimal smoothing of stored video, Salehi and
/// others 1998). A real policy knows less and serves whole documents.
/// </remarks>
internal static class Oracle
{
    private const double Step = 0.02;

    /// <summary>Accuracy that is given up, summed over documents.</summary>
    /// <param name="arrivals">Seconds, ascending.</param>
    /// <param name="from">Where it begins, with nothing waiting.</param>
    /// <param name="to">Where all must be served, as far as the cheapest mode can.</param>
    /// <param name="delay">Seconds within which a document must be served.</param>
    /// <param name="rungs">The modes.</param>
    /// <param name="mixes">Whether it may take turns between modes; else it stays in the most accurate one that does the work of a stretch.
    /// </param>
    public static double GivenUp(IEnumerable<double> arrivals, double from, double to, double delay, Rungs rungs, bool mixes = true)
    {
        int steps = (int)Math.Ceiling((to - from) / Step);
        double[] come = Cumulative(arrivals, from, steps), most = new double[steps + 1], least = new double[steps + 1];
        int late = (int)Math.Round(delay / Step);
        for (int step = 1; step <= steps; step++)
        {
            most[step] = Math.Min(come[step], most[step - 1] + (rungs.Cheapest.Capacity * Step));
            least[step] = Math.Min(most[step], step > late ? come[step - late] : 0);
        }

        least[steps] = most[steps];
        return AccuracyOracle.TautString(least, most).Sum(piece =>
        {
            double seconds = piece.Length * Step;
            double rate = Math.Min(rungs.Cheapest.Capacity, piece.Rise / seconds); // which it passes by rounding alone
            return seconds * (mixes ? rungs.LeastGivenUp(rate) : rungs.GivenUpAtOnce(rate));
        });
    }

    private static double[] Cumulative(IEnumerable<double> arrivals, double from, int steps)
    {
        double[] count = new double[steps + 1];
        foreach (double arrival in arrivals)
        {
            int step = (int)Math.Ceiling((arrival - from) / Step);
            if (step >= 0 && step <= steps) count[step]++;
        }

        for (int step = 1; step <= steps; step++) count[step] += count[step - 1];
        return count;
    }
}
