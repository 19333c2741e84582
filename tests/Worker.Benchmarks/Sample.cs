namespace Worker.Benchmarks;

/// <summary>The outcome of several rounds, all in one unit.</summary>
internal readonly record struct Sample(double Median, double Min, double Max, int Rounds)
{
    /// <summary>The same in a unit that is <paramref name="factor"/> times as many.</summary>
    public Sample Times(double factor) => this with { Median = Median * factor, Min = Min * factor, Max = Max * factor };

    /// <param name="values">At least one.</param>
    public static Sample Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Sample(median, sorted[0], sorted[^1], sorted.Length);
    }
}
