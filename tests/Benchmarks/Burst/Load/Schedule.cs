namespace Benchmarks.Burst.Load;

/// <summary>When documents arrive: decided beforehand, whoever serves. Immutable.</summary>
/// <param name="Phases">In order, without gaps.</param>
/// <param name="Arrivals">Seconds since the start, ascending.</param>
internal sealed record Schedule(IReadOnlyList<Phase> Phases, IReadOnlyList<double> Arrivals)
{
    /// <summary>Published with the results: the same loads come again.</summary>
    public const int Seed = 20261128;

    private const double MeanSecondsOfLevel = 8, Tail = 1.1;

    public double Seconds => Phases[^1].To;

    /// <summary>Poisson arrivals in phases one after another. A phase's arrivals hang on its name and rate alone, so that whoever has a
    /// phase of the same name and rate has the same arrivals in it.</summary>
    public static Schedule Poisson(IEnumerable<(string Name, double Seconds, double PerSecond)> phases)
    {
        List<Phase> laid = [];
        List<double> arrivals = [];
        foreach ((string name, double seconds, double perSecond) in phases)
        {
            Phase phase = new(name, laid.Count == 0 ? 0 : laid[^1].To, seconds, perSecond);
            laid.Add(phase);
            Fill(arrivals, phase, new Random(SeedOf(name)));
        }

        return new Schedule(laid, arrivals);
    }

    /// <summary>A calm, bursts of some sizes with as much of calm after each as <paramref name="after"/> says.</summary>
    /// <param name="calmPerSecond">Arrivals in calm.</param>
    /// <param name="unit">What bursts are multiples of, documents a second.</param>
    /// <param name="multiples">Size of each burst.</param>
    /// <param name="calm">Seconds before the first burst.</param>
    /// <param name="burst">Seconds of each.</param>
    /// <param name="after">Seconds of calm after each.</param>
    public static Schedule Bursts(double calmPerSecond, double unit, IEnumerable<int> multiples, double calm, double burst, double after) =>
        Poisson([("calm", calm, calmPerSecond), .. multiples.SelectMany(multiple => new[]
        {
            ($"burst {multiple}x", burst, unit * multiple), ($"after {multiple}x", after, calmPerSecond),
        })]);

    /// <summary>A bursty day in small: Poisson arrivals at a rate that is drawn anew every eight seconds or so (exponential) from a Pareto
    /// law of index 1.1, so that most of the time is calm and most of the documents come in bursts.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="calmPerSecond">The least rate, documents a second.</param>
    /// <param name="mostPerSecond">What no rate passes.</param>
    public static Schedule Day(double seconds, double calmPerSecond, double mostPerSecond)
    {
        Random random = new(Seed);
        List<double> arrivals = [];
        for (double at = 0; at < seconds;)
        {
            double length = Math.Min(seconds - at, Exponential(random) * MeanSecondsOfLevel);
            double rate = Math.Min(mostPerSecond, calmPerSecond * Math.Pow(1 - random.NextDouble(), -1 / Tail));
            Fill(arrivals, new Phase("level", at, length, rate), random);
            at += length;
        }

        return new Schedule([new Phase("day", 0, seconds, arrivals.Count / seconds)], arrivals);
    }

    private static void Fill(List<double> arrivals, Phase phase, Random random)
    {
        for (double at = phase.From + (Exponential(random) / phase.PerSecond); at < phase.To;
            at += Exponential(random) / phase.PerSecond) arrivals.Add(at);
    }

    private static double Exponential(Random random) => -Math.Log(1 - random.NextDouble());

    // string.GetHashCode differs from one process to the next.
    private static int SeedOf(string name) => name.Aggregate(Seed, (seed, letter) => unchecked((seed * 31) + letter));
}

/// <summary>A stretch of a load.</summary>
/// <param name="Name">Such as <c>calm</c>; of a burst and of what follows it with its size, such as <c>burst 20x</c>.</param>
/// <param name="From">Seconds since the start.</param>
/// <param name="Seconds">How long it lasts, over 0.</param>
/// <param name="PerSecond">Documents a second on average, over 0.</param>
internal sealed record Phase(string Name, double From, double Seconds, double PerSecond)
{
    public double To => From + Seconds;

    public bool IsBurst => Name.StartsWith("burst", StringComparison.Ordinal);
}
