using System.CommandLine.Parsing;
using System.Globalization;
using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary>Reads the whole number of an option.</summary>
internal static class WholeNumber
{
    /// <returns>The number; 0, with an error in <paramref name="result"/>, where none of the range was given.</returns>
    /// <param name="result">What was given.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="most">The largest number; the least is 1.</param>
    /// <param name="range">What to give, in words.</param>
    public static int Parse(ArgumentResult result, string option, int most, string range)
    {
        string given = result.Tokens[0].Value;
        bool isNumber = int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        if (isNumber && number >= 1 && number <= most) return number;
        result.AddError($"{option} is {Given(given)}; give {range}.");
        return 0;
    }

    /// <summary>What was given for a number, for a message: shown only where it looks like one.</summary>
    public static string Given(string text) =>
        Shown.Misread(text, []) is not Shown.Hidden and var shown ? shown : $"{Shown.Hidden}, which is no number";
}
