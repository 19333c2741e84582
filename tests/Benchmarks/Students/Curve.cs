using System.Globalization;

namespace Benchmarks.Students;

/// <summary>A scatter plot out of characters: points with names, the first axis logarithmic.</summary>
internal static class Curve
{
    private const int Width = 72, Height = 14;

    /// <param name="points">Name, x above 0, and y.</param>
    /// <param name="x">What the first axis is.</param>
    /// <param name="y">What the second is.</param>
    public static IEnumerable<string> Plot(IReadOnlyList<(string Name, double X, double Y)> points, string x, string y)
    {
        double left = Math.Log(points.Min(p => p.X)), right = Math.Log(points.Max(p => p.X)), low = points.Min(p => p.Y),
            high = points.Max(p => p.Y);
        char[][] canvas = [.. Enumerable.Range(0, Height).Select(_ => Enumerable.Repeat(' ', Width + 14).ToArray())];
        foreach ((string name, double px, double py) in points)
        {
            int column = right > left ? (int)Math.Round((Math.Log(px) - left) / (right - left) * (Width - 1)) : 0;
            int row = high > low ? (int)Math.Round((high - py) / (high - low) * (Height - 1)) : 0;
            string text = $"● {name}";
            int start = Math.Min(column, canvas[row].Length - text.Length);
            text.CopyTo(0, canvas[row], start, text.Length);
        }

        yield return y;
        for (int row = 0; row < Height; row++)
        {
            double value = high - ((high - low) * row / (Height - 1));
            yield return string.Create(CultureInfo.InvariantCulture, $"{value,8:0.0} │{new string(canvas[row]).TrimEnd()}");
        }

        yield return $"         └{new string('─', Width)}";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"          {Math.Exp(left):0.#}{new string(' ', Width - 24)}{Math.Exp(right):0.#} {x}");
    }
}
