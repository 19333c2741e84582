namespace TestKit;

/// <summary>The accuracy that must be given up at least for a load to be labelled in time, by one who knows all arrivals
/// beforehand.</summary>
/// <remarks>
/// <para>Work is a fluid. The documents labelled until a moment are no more than have come, and no fewer than came a delay before, or as
/// many as the fastest rung can have done by then where that is fewer. Between these two curves the shortest path, the taut string, is the
/// evenest way to work, and the cheapest for whatever cost grows faster than work does (Davies and Kovac, "Local extremes, runs, strings
/// and multiresolution", Annals of Statistics 29, 2001, describe the algorithm).</para>
/// <para>Two prices of that path. The oracle takes turns between rungs, as finely as it likes: no policy gives up less, and one that does
/// not flap gives up more. The other oracle keeps to one rung for each straight part, the most accurate that does its work; a policy that
/// lets documents wait before it drops may beat that one.</para>
/// </remarks>
internal static class AccuracyOracle
{
    /// <param name="arrivals">Documents that come in each slot of time; at least one slot.</param>
    /// <param name="slot">The length of a slot.</param>
    /// <param name="rungs">Capacity (documents/s, more than 0) and accuracy of each rung, in any order; at least one.</param>
    /// <param name="delay">How long a document may wait.</param>
    public static OracleResult Solve(
        IReadOnlyList<double> arrivals, TimeSpan slot, IReadOnlyList<(double Capacity, double Accuracy)> rungs, TimeSpan delay)
    {
        double seconds = slot.TotalSeconds, fastest = rungs.Max(rung => rung.Capacity), best = rungs.Max(rung => rung.Accuracy);
        int delaySlots = (int)Math.Round(delay / slot);
        double total = arrivals.Sum();
        // Enough slots at the end for the last document to be labelled in time, or at the fastest rung's pace.
        int slots = arrivals.Count + delaySlots + (int)Math.Ceiling(total / fastest / seconds) + 1;
        double[] came = new double[slots + 1], due = new double[slots + 1];
        for (int at = 0; at < slots; at++)
        {
            came[at + 1] = at < arrivals.Count ? came[at] + arrivals[at] : total;
            due[at + 1] = Math.Min(came[at + 1], Math.Min(due[at] + (fastest * seconds), total));
        }

        // due is by now all that can be done; less of it is asked for where the delay allows.
        for (int at = slots - 1; at > 0; at--) due[at] = Math.Min(due[at], at >= delaySlots ? came[at - delaySlots] : 0);
        double mixed = 0, single = 0;
        foreach ((int length, double work) in TautString(due, came))
        {
            double rate = work / (length * seconds);
            mixed += length * seconds * Mixed(rungs, best, rate);
            single += work * Single(rungs, best, rate);
        }

        return new OracleResult(mixed, single);
    }

    /// <summary>The shortest path between two curves that meet at both ends, as straight parts, in order.</summary>
    public static IEnumerable<(int Length, double Rise)> TautString(double[] lower, double[] upper)
    {
        (int from, double height) = (0, lower[0]);
        int last = lower.Length - 1;
        while (from < last)
        {
            (int low, double lowest, int high, double highest) = (from, double.NegativeInfinity, from, double.PositiveInfinity);
            (int to, double end) = (last, lower[last]);
            for (int at = from + 1; at <= last; at++)
            {
                double down = (lower[at] - height) / (at - from), up = (upper[at] - height) / (at - from);
                if (down > highest)
                {
                    (to, end) = (high, upper[high]);
                    break;
                }

                if (up < lowest)
                {
                    (to, end) = (low, lower[low]);
                    break;
                }

                if (down >= lowest) (low, lowest) = (at, down);
                if (up <= highest) (high, highest) = (at, up);
            }

            yield return (to - from, end - height);
            (from, height) = (to, end);
        }
    }

    /// <summary>Accuracy given up in a second of so much work, at the least: the lower hull over idling and all rungs.</summary>
    private static double Mixed(IReadOnlyList<(double Capacity, double Accuracy)> rungs, double best, double rate)
    {
        (double Capacity, double Loss)[] points =
            [(0, 0), .. rungs.Select(rung => (rung.Capacity, (best - rung.Accuracy) * rung.Capacity))];
        double least = double.PositiveInfinity, fastest = points.Max(point => point.Capacity);
        rate = Math.Min(rate, fastest); // sums of slots round
        foreach ((double slow, double slowLoss) in points.Where(point => point.Capacity <= rate))
        foreach ((double fast, double fastLoss) in points.Where(point => point.Capacity >= rate))
        {
            double share = fast > slow ? (rate - slow) / (fast - slow) : 0;
            least = Math.Min(least, slowLoss + (share * (fastLoss - slowLoss)));
        }

        return least;
    }

    /// <summary>Accuracy given up for each document where one rung does all the work of the moment.</summary>
    private static double Single(IReadOnlyList<(double Capacity, double Accuracy)> rungs, double best, double rate)
    {
        double fastest = rungs.Max(rung => rung.Capacity);
        return rungs.Where(rung => rung.Capacity >= Math.Min(rate, fastest)).Min(rung => best - rung.Accuracy);
    }
}

/// <summary>Accuracy given up, summed over documents: one that is labelled a hundredth less surely counts 0.01.</summary>
/// <param name="Mixed">By turns, as finely as one likes: the least of all, and what a policy is judged by.</param>
/// <param name="Single">In one rung for each straight part of the path; 0 only where <paramref name="Mixed"/> is.</param>
internal sealed record OracleResult(double Mixed, double Single);
