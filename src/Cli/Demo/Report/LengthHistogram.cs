using Sluice.Cli.Demo.Replay;

namespace Sluice.Cli.Demo.Report;

/// <summary>How many documents had how many tokens.</summary>
/// <param name="Bars">Upper bounds in ascending order, inclusive, with the documents at most that long and longer than the bound
/// before.</param>
/// <param name="Truncated">Documents whose text had more tokens than the model takes.</param>
internal sealed record LengthHistogram(IReadOnlyList<(int UpTo, int Documents)> Bars, int Truncated)
{
    private static readonly int[] Bounds = [16, 32, 64, 96, 128, 192, 256, 384, 511, int.MaxValue];

    public static LengthHistogram Of(IReadOnlyCollection<Outcome> outcomes)
    {
        int[] counts = new int[Bounds.Length];
        foreach (Outcome outcome in outcomes.Where(o => o.Label is not null))
            counts[Array.FindIndex(Bounds, bound => outcome.Tokens <= bound)]++;
        return new LengthHistogram([.. Bounds.Zip(counts)], outcomes.Count(o => o.Truncated));
    }

    /// <summary>The span of a bar in words, such as <c>65-96</c>.</summary>
    public string Name(int bar)
    {
        int from = bar == 0 ? 1 : Bars[bar - 1].UpTo + 1;
        return Bars[bar].UpTo == int.MaxValue ? $"{from}+" : $"{from}-{Bars[bar].UpTo}";
    }
}
