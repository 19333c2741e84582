namespace Benchmarks.Batching;

/// <summary>Serves the mix at given rates, planned and with every policy of padded dynamic int8 that can carry the rate.</summary>
/// <param name="documents">The mix; taken from the start again when more come.</param>
/// <param name="planned">Our serving.</param>
/// <param name="ours">What it clears, documents a second.</param>
/// <param name="rivals">Policies of the rival, with what each clears.</param>
/// <param name="neighbours">Repeats what was disturbed.</param>
internal sealed class Latencies(int[][] documents, PlannedServing planned, double ours, IReadOnlyList<Latencies.Rival> rivals,
    Neighbours neighbours)
{
    public const string Planned = "packed int8, planned";

    private const int ForP99 = 1200, ForOthers = 400;
    private const double JudgedLoad = 0.7;
    private static readonly double[] Loads = [0.3, JudgedLoad, 0.95];

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
                string name = $"{100 * load:0}% of {whose}";
                int count = load == JudgedLoad ? ForP99 : ForOthers;
                yield return Row(name, rate, ours, count, seed: 7);
                foreach (Rival rival in rivals) yield return Row(rival, name, rate, rival.Capacity, count, seed: 7);
            }
        }
    }

    /// <summary>Planned and the rival whose 99th percentile at 70% was the least, each at 70% of what it cleared just before.</summary>
    /// <param name="measured">From <see cref="Measure"/>.</param>
    /// <param name="times">Trials, each with other arrivals.</param>
    public IEnumerable<LatencyTrial> Try(IEnumerable<LatencyRow> measured, int times)
    {
        string name = measured.Where(row => row is { IsServed: true, Policy: not Planned }
            && row.Rate == $"{100 * JudgedLoad:0}% of the rival's best").MinBy(row => row.Percentile(0.99))!.Policy;
        Rival rival = rivals.Single(rival => rival.Name == name);
        for (int time = 1; time <= times; time++)
        {
            (double own, LatencyRow ownRow) = time % 2 == 1 ? Ours() : default;
            double theirs = neighbours.Undisturbed(() => rival.Clear(documents));
            LatencyRow rivalRow = Row(rival, "its own", JudgedLoad * theirs, theirs, ForP99, seed: time);
            if (time % 2 == 0) (own, ownRow) = Ours();
            yield return new LatencyTrial(own, theirs, ownRow, Row("the rival's", JudgedLoad * theirs, own, ForP99, seed: time), rivalRow);

            (double, LatencyRow) Ours()
            {
                double capacity = neighbours.Undisturbed(() => planned.Clear(documents, queue: 64));
                return (capacity, Row("its own", JudgedLoad * capacity, capacity, ForP99, seed: time));
            }
        }
    }

    private LatencyRow Row(string name, double rate, double capacity, int count, int seed) =>
        Row(Planned, name, rate, capacity, count, seed, planned.Serve);

    private LatencyRow Row(Rival rival, string name, double rate, double capacity, int count, int seed) =>
        Row(rival.Name, name, rate, capacity, count, seed,
            (coming, arrivals) => rival.Strategy.Serve(coming, arrivals, rival.Next(coming)));

    private LatencyRow Row(string policy, string name, double rate, double capacity, int count, int seed, Func<int[][], double[],
        (double[] LatencyMs, double[] WaitMs)> serve)
    {
        double[] arrivals = OpenLoop.Poisson(count, rate, seed);
        int[][] coming = [.. Enumerable.Range(0, count).Select(place => documents[place % documents.Length])];
        (double[] latency, double[] wait) = rate < capacity ? neighbours.Undisturbed(() => serve(coming, arrivals)) : ([], []);
        return new LatencyRow(policy, name, rate, rate / capacity, latency, wait);
    }

    /// <summary>One way of serving with a padded graph.</summary>
    /// <param name="Name">As it stands in tables.</param>
    /// <param name="Strategy">The graph and its inference threads.</param>
    /// <param name="Next">From all documents that come to what a free inference thread takes.</param>
    /// <param name="Clear">Clears documents that all wait, and returns documents a second.</param>
    /// <param name="Capacity">Documents a second when there is always work, as they were measured before.</param>
    internal sealed record Rival(string Name, Today Strategy, Func<int[][], Func<IReadOnlyList<int>, int[]>> Next,
        Func<int[][], double> Clear, double Capacity);
}
