using System.Globalization;

namespace Benchmarks.Burst.Plain;

/// <summary>How a plain worker makes batches of what waits, and never waits for one to fill.</summary>
/// <param name="Rows">Documents in a batch at most.</param>
/// <param name="IsSorted">Whether neighbours by length go together, the document that has waited longest among them; else first come.
/// </param>
internal sealed record PlainPolicy(int Rows, bool IsSorted)
{
    /// <summary>What people serve with today; the first is the usual one of the issue's words.</summary>
    public static PlainPolicy Usual { get; } = new(16, IsSorted: false);

    /// <summary>All that a benchmark tries.</summary>
    public static IReadOnlyList<PlainPolicy> All { get; } = [new(1, false), new(8, false), Usual, new(32, false), new(16, true)];

    public string Name => this switch
    {
        { Rows: 1 } => "one by one",
        { IsSorted: true } => $"sorted {Rows}",
        _ => $"first-come {Rows}",
    };

    /// <summary>The policy of a name.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static PlainPolicy Parse(string name)
    {
        if (name == "one by one") return All[0];
        string[] words = name.Split(' ');
        return words is ["first-come" or "sorted", var rows]
            && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? new(count, words[0] == "sorted")
            : throw new FormatException($"'{name}' is no policy; there are {string.Join(", ", All.Select(policy => policy.Name))}.");
    }

    /// <summary>Which of the documents that wait make the next batch.</summary>
    /// <param name="lengths">Tokens of each, in order of arrival; at least one.</param>
    /// <returns>Their places, ascending.</returns>
    public int[] Next(IReadOnlyList<int> lengths) => !IsSorted
        ? [.. Enumerable.Range(0, Math.Min(Rows, lengths.Count))]
        : [.. Enumerable.Range(0, lengths.Count).OrderBy(place => lengths[place]).Chunk(Rows).First(group => group.Contains(0)).Order()];
}
