using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Cli.DeadLetters;

/// <summary>Reads a point in time: as a date and time of ISO 8601, in UTC unless it says otherwise, or as how long ago: <c>90s</c>,
/// <c>15m</c>, <c>2h</c>, <c>3d</c>.</summary>
internal static partial class TimeBound
{
    /// <summary>What may be given, to follow the name of an option.</summary>
    public const string Forms = "give a time such as 2026-11-28T13:00Z, or how long ago: 90s, 15m, 2h, 3d";

    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF"];

    /// <returns>Null where it is none.</returns>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (Ago().Match(text) is { Success: true } ago)
        {
            int count = int.Parse(ago.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            TimeSpan since = ago.Groups["unit"].Value switch
            {
                "s" => TimeSpan.FromSeconds(count),
                "m" => TimeSpan.FromMinutes(count),
                "h" => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            };
            return since < now - DateTimeOffset.UnixEpoch ? now - since : DateTimeOffset.UnixEpoch;
        }

        string[] forms = [.. Dates, .. Dates.Skip(1).Select(form => form + "K"), .. Dates.Select(form => form.Replace("'T'", " ",
            StringComparison.Ordinal))];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;
    }

    [GeneratedRegex(@"^(?<count>[0-9]{1,6})(?<unit>[smhd])\z")]
    private static partial Regex Ago();
}
