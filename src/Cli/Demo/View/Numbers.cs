using System.Globalization;

namespace Sluice.Cli.Demo.View;

/// <summary>Numbers as people read them, the same in every locale.</summary>
internal static class Numbers
{
    public static string Count(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Three digits that matter, thousands apart.</summary>
    public static string Rate(double perSecond) =>
        perSecond.ToString(perSecond >= 100 ? "#,0" : perSecond >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    public static string Percent(double share, int digits = 1) => (share * 100).ToString("F" + digits, CultureInfo.InvariantCulture) + "%";

    /// <summary>Milliseconds below a second, then seconds, then minutes.</summary>
    public static string Time(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 1000 => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms",
        < 10_000 => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 120_000 => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => $"{(int)time.TotalMinutes} min {time.Seconds} s",
    };

    public static string Milliseconds(double milliseconds) => Time(TimeSpan.FromMilliseconds(milliseconds));
}
