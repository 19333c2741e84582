using Benchmarks.Burst.Load;

namespace Benchmarks.Burst.Outcomes;

/// <summary>Which mode a system was in when, read from its labels: in each quarter of a second the one that most of them name; where
/// nothing was labelled, the one before.</summary>
internal sealed class ModeTimes
{
    /// <summary>Seconds of a step.</summary>
    public const double Step = 0.25;

    /// <param name="labels">In the order of their times.</param>
    /// <param name="from">Seconds; steps begin here.</param>
    /// <param name="to">Seconds.</param>
    public ModeTimes(IEnumerable<Delivery> labels, double from, double to)
    {
        int steps = (int)Math.Ceiling((to - from) / Step);
        var byStep = labels.ToLookup(label => (int)Math.Floor((label.At - from) / Step));
        string mode = "";
        string[] modes = new string[steps];
        for (int step = 0; step < steps; step++)
        {
            mode = byStep[step].GroupBy(label => label.Mode).MaxBy(group => group.Count())?.Key ?? mode;
            modes[step] = mode;
        }

        Modes = modes;
    }

    /// <summary>One for each step; empty before the first label.</summary>
    public IReadOnlyList<string> Modes { get; }

    /// <summary>How often the mode changed.</summary>
    public int Changes => Known.Zip(Known.Skip(1)).Count(pair => pair.First != pair.Second);

    /// <summary>Share of the time in each mode, the longest first; they add up to 1.</summary>
    public IReadOnlyList<(string Mode, double Share)> Shares => [.. Known.GroupBy(mode => mode).Select(group =>
        (group.Key, group.Count() / (double)Known.Count())).OrderByDescending(mode => mode.Item2)];

    private IEnumerable<string> Known => Modes.Where(mode => mode.Length > 0);
}
