namespace Benchmarks;

/// <summary>The outcome of several rounds, all in one unit.</summary>
internal sealed class Sample
{
    private Sample(double[] values)
    {
        Values = values;
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        (Min, Max) = (sorted[0], sorted[^1]);
        Median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public double Median { get; }

    public double Min { get; }

    public double Max { get; }

    public int Rounds => Values.Count;

    /// <summary>One a round, in their order.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <param name="values">One a round, at least one.</param>
    public static Sample Of(IEnumerable<double> values) => new([.. values]);

    /// <summary>The same in a unit that is <paramref name="factor"/> times as many.</summary>
    public Sample Times(double factor) => Of(Values.Select(value => value * factor));

    /// <summary>
    /// How many times as much as <paramref name="other"/>, round by round: what made a whole round slow is in both of its values.
    /// </summary>
    /// <param name="other">Of the same rounds.</param>
    /// <exception cref="ArgumentException">It has more of them, or fewer.</exception>
    public Sample Over(Sample other) => other.Rounds == Rounds
        ? Of(Values.Zip(other.Values, (mine, theirs) => mine / theirs))
        : throw new ArgumentException($"{other.Rounds} rounds cannot be compared with {Rounds} one by one.", nameof(other));
}
