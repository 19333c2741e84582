namespace Sluice.Cli.Demo.View;

/// <summary>Bars and curves out of block characters (U+2581..U+258F).</summary>
internal static class Bar
{
    private const string Eighths = " ▏▎▍▌▋▊▉";
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <summary>A horizontal bar, to an eighth of a character.</summary>
    /// <param name="share">0..1 of <paramref name="width"/>; what is outside is cut off.</param>
    /// <param name="width">Characters.</param>
    /// <returns>At most <paramref name="width"/> characters; not padded.</returns>
    public static string Of(double share, int width)
    {
        int eighths = (int)Math.Round(Math.Clamp(double.IsNaN(share) ? 0 : share, 0, 1) * width * 8);
        return new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : Eighths[eighths % 8].ToString());
    }

    /// <summary>A curve several characters high, to an eighth of one.</summary>
    /// <param name="values">One a character; NaN for none.</param>
    /// <param name="rows">How high, at least 1.</param>
    /// <param name="low">What is drawn as nothing. More than that, however little, is drawn as something.</param>
    /// <param name="high">What fills all rows but an eighth of the topmost, which stays free below what stands above; greater than
    /// <paramref name="low"/>. More is cut off.</param>
    /// <returns>The rows from the top, each as long as there are values.</returns>
    public static string[] Area(IReadOnlyCollection<double> values, int rows, double low, double high)
    {
        int[] eighths = [.. values.Select(value => double.IsNaN(value) || value <= low
            ? 0
            : Math.Clamp((int)Math.Round((value - low) / (high - low) * ((rows * 8) - 1)), 1, (rows * 8) - 1))];
        return [.. Enumerable.Range(0, rows).Reverse().Select(below => new string([.. eighths.Select(height =>
            Math.Clamp(height - (8 * below), 0, 8) is > 0 and var own ? Heights[own - 1] : ' ')]))];
    }

    /// <summary>A curve, one character a value, from zero to the greatest value.</summary>
    public static string Curve(IReadOnlyCollection<double> values)
    {
        double most = values.Count == 0 ? 0 : values.Max();
        return new string([.. values.Select(v => most <= 0
            ? Heights[0]
            : Heights[Math.Clamp((int)(v / most * Heights.Length), 0, Heights.Length - 1)])]);
    }
}
