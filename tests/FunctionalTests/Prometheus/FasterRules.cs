using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionalTests.Prometheus;

/// <summary>
/// infra/prometheus/alerts.yml for a clock that runs faster: every duration of it (for, interval, and the ranges in brackets) divided by
/// one factor, and nothing else. What a rule compares stays as it is, seconds too: "no progress for over 10 s" is 10 s in a test as well.
/// </summary>
internal static partial class FasterRules
{
    /// <param name="rules">The file's text.</param>
    /// <param name="factor">From 1; every duration must be at least so many milliseconds.</param>
    /// <exception cref="ArgumentException">A duration is too short for the factor.</exception>
    public static string Divide(string rules, int factor) => Duration().Replace(rules, match =>
    {
        long ms = long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) * (match.Groups["unit"].Value switch
        {
            "s" => 1_000,
            "m" => 60_000,
            _ => 3_600_000,
        });
        if (ms < factor) throw new ArgumentException($"'{match.Value}' divided by {factor} is under a millisecond; divide by less.");
        return $"{ms / factor}ms";
    });

    /// <summary>How many durations a text has.</summary>
    public static int Count(string rules) => Duration().Count(rules);

    [GeneratedRegex(@"(?<=^ +(for|interval): |\[)(?<count>[0-9]+)(?<unit>[smh])(?=\]|\r?$)", RegexOptions.Multiline)]
    private static partial Regex Duration();
}
