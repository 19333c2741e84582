using System.Globalization;
using System.Text;

namespace Sluice.Worker.Wording;

/// <summary>What others wrote, fit for a log line, an error or a header: a name of a schema, the words of a registry, of a broker or of a
/// library may be megabytes long and hold what a terminal obeys.</summary>
internal static class ForeignText
{
    /// <summary>Characters of a name inside a message.</summary>
    public const int Name = 80;

    /// <summary>Characters of a whole message.</summary>
    public const int Message = 900;

    /// <summary>The beginning of <paramref name="text"/> in quotes.</summary>
    public static string Quote(string text) => $"\"{OneLine(text, Name)}\"";

    /// <summary><paramref name="text"/> in one line: white space as blanks; other control characters, those that turn the direction of
    /// writing, and halves of characters as <c>\uXXXX</c>.</summary>
    /// <param name="text">Anything; a secret in it is to be taken out before, for half of one is no longer known for one.</param>
    /// <param name="longest">Characters at most, cut between whole ones; a count of those left out comes behind them.</param>
    public static string OneLine(string text, int longest = Name)
    {
        var line = new StringBuilder(int.Min(text.Length, longest));
        for (int at = 0; at < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, at, out Rune rune);
            ReadOnlySpan<char> units = text.AsSpan(at, isWhole ? rune.Utf16SequenceLength : 1);
            ReadOnlySpan<char> shown = isWhole && !IsUnseen(rune) ? units : Unseen(units);
            if (line.Length + shown.Length > longest)
            {
                return line.Append(CultureInfo.InvariantCulture, $"... ({text.Length - at:N0} more characters)").ToString();
            }

            line.Append(shown);
            at += units.Length;
        }

        return line.ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Unseen(ReadOnlySpan<char> units)
    {
        if (units is "\t" or "\n" or "\r" or "\v" or "\f") return " ";
        var escaped = new StringBuilder();
        foreach (char unit in units) escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        return escaped.ToString();
    }
}
