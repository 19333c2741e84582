namespace Benchmarks;

/// <summary>One way of doing the work.</summary>
/// <param name="Name">As it stands in tables.</param>
/// <param name="Measure">Does the work once and returns the figure of it, in whatever unit the benchmark compares.</param>
internal sealed record Contestant(string Name, Func<double> Measure);

/// <summary>Lets contestants take turns: each is measured once a round, and every round begins with another one.</summary>
internal static class InterleavedRounds
{
    /// <param name="rounds">Measured rounds, at least 1.</param>
    /// <param name="contestants">In the order of the result.</param>
    /// <param name="cancel">Looked at before each measurement.</param>
    /// <param name="warmUp">Whether one more round comes first, and is thrown away: not where the contestants are warm and a round takes
    /// minutes.</param>
    /// <returns>The sample of each contestant.</returns>
    public static Sample[] Run(int rounds, IReadOnlyList<Contestant> contestants, CancellationToken cancel, bool warmUp = true)
    {
        List<double>[] values = [.. contestants.Select(_ => new List<double>(rounds))];
        for (int round = warmUp ? -1 : 0; round < rounds; round++)
        {
            for (int turn = 0; turn < contestants.Count; turn++)
            {
                cancel.ThrowIfCancellationRequested();
                int contestant = (Math.Max(round, 0) + turn) % contestants.Count;
                double value = contestants[contestant].Measure();
                if (round >= 0)
                {
                    values[contestant].Add(value);
                }
            }
        }

        return [.. values.Select(Sample.Of)];
    }
}
