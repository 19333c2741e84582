using System.CommandLine.Parsing;
using System.Globalization;

namespace Benchmarks;

/// <summary>Options of benchmarks that take long: within how many minutes to end, and which parts of them to run.</summary>
internal static class GivenParts
{
    /// <summary>Reads minutes.</summary>
    /// <param name="least">The fewest.</param>
    /// <param name="most">The most.</param>
    public static Func<ArgumentResult, double> MinutesWithin(double least, double most) => result =>
    {
        string given = result.Tokens[0].Value;
        if (double.TryParse(given, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double minutes)
            && minutes >= least && minutes <= most)
            return minutes;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--minutes is {given}; give {least} to {most}."));
        return 0;
    };

    /// <summary>Reads names, separated by commas.</summary>
    /// <param name="kind">What they are names of, as an error says it.</param>
    /// <param name="names">All that there are.</param>
    public static Func<ArgumentResult, string[]> NamesOf(string kind, IReadOnlyList<string> names) => result =>
    {
        string[] given = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))];
        if (given.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            result.AddError($"--only names {unknown}, which is no {kind}; there are {string.Join(", ", names)}.");
        return given;
    };
}
