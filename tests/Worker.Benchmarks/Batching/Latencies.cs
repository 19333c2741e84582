namespace Worker.Benchmarks.Batching;

/// <summary>Serves the mix at given rates, planned and with every policy of padded dynamic int8 that can carry the rate.</summary>
/// <param name="documents">The mix; taken from the start again when more come.</param>
/// <param name="planned">Our serving.</param>
/// <param name="ours">What it clears, documents a second.</param>
/// <param name="rivals">Policies of the rival, with what each clears.</param>
/// <param name="neighbours">Repeats what was disturbed.</param>
internal sealed class Latencies(int[][] documents, PlannedServing planned, double ours, IReadOnlyList<Latencies.Rival> rivals, Neighbours neighbours)
{
    public const string Planned = "packed int8, planned";

    private const int ForP99 = 1200, ForOthers = 400;
    private static readonly double[] Loads = [0.3, 0.7, 0.95];

    /// <summary>The most that any policy of the rival clears, documents a second.</summary>
    public double RivalsBest { get; } = rivals.Max(rival => rival.Capacity);

    /// <summary>Rates by what we clear, then rates by what the rival's best clears.</summary>
    public IEnumerable<LatencyRow> Measure()
    {
        foreach ((string whose, double capacity) in new[] { ("ours", ours), ("the rival's best", RivalsBest) })
        {
            foreach (double load in Loads)
            {
                double rate = load * capacity;
                double[] arrivals = OpenLoop.Poisson(load == 0.7 ? ForP99 : ForOthers, rate, seed: 7);
                int[][] coming = [.. Enumerable.Range(0, arrivals.Length).Select(place => documents[place % documents.Length])];
                yield return Row(Planned, ours, () => planned.Serve(coming, arrivals));
                foreach (Rival rival in rivals)
                    yield return Row(rival.Name, rival.Capacity, () => rival.Way.Serve(coming, arrivals, rival.Next(coming)));

                LatencyRow Row(string policy, double own, Func<(double[] LatencyMs, double[] WaitMs)> serve)
                {
                    (double[] latency, double[] wait) = rate < own ? neighbours.Undisturbed(serve) : ([], []);
                    return new LatencyRow(policy, $"{100 * load:0}% of {whose}", rate, rate / own, latency, wait);
                }
            }
        }
    }

    /// <summary>One way of serving with a padded graph.</summary>
    /// <param name="Name">As it stands in tables.</param>
    /// <param name="Way">The graph and its callers.</param>
    /// <param name="Next">From all documents that come to what a free caller takes.</param>
    /// <param name="Capacity">Documents a second when there is always work.</param>
    internal sealed record Rival(string Name, Today Way, Func<int[][], Func<IReadOnlyList<int>, int[]>> Next, double Capacity);
}
