using System.Globalization;
using System.Security;
using System.Text;

namespace Benchmarks.Burst.Picture;

/// <summary>A part of a picture with two scales. Writes SVG; not thread-safe.</summary>
/// <param name="svg">Receives it.</param>
/// <param name="left">Left edge of what is drawn, in the picture's units.</param>
/// <param name="top">Upper edge.</param>
/// <param name="width">Of what is drawn.</param>
/// <param name="height">Of what is drawn.</param>
/// <param name="x">The values at the left and the right edge.</param>
/// <param name="y">The values at the lower and the upper edge.</param>
internal sealed class Panel(StringBuilder svg, double left, double top, double width, double height, (double From, double To) x,
    (double From, double To) y)
{
    public double Left => left;

    public double Top => top;

    public double Right => left + width;

    public double Bottom => top + height;

    /// <summary>What is drawn here, above it.</summary>
    public void Title(string text) => Text(left, top - 8, text, "t", "start", 13, bold: true);

    /// <summary>Lines across with their values at the left.</summary>
    public void Rule(string unit, params double[] values)
    {
        foreach (double value in values)
        {
            svg.Append(F($"<line class=\"g\" x1=\"{left}\" x2=\"{Right}\" y1=\"{Y(value)}\" y2=\"{Y(value)}\"/>\n"));
            Text(left - 6, Y(value) + 4, Short(value) + unit, "s", "end", 11);
        }
    }

    /// <summary>Values below the lower edge.</summary>
    public void Ticks(params (double At, string Text)[] ticks)
    {
        foreach ((double at, string text) in ticks) Text(X(at), Bottom + 16, text, "s", "middle", 11);
    }

    /// <summary>Lines down, at moments that matter.</summary>
    public void Guides(params double[] moments)
    {
        foreach (double at in moments)
            svg.Append(F($"<line class=\"g\" x1=\"{X(at)}\" x2=\"{X(at)}\" y1=\"{top}\" y2=\"{Bottom}\" stroke-dasharray=\"3 3\"/>\n"));
    }

    /// <summary>A line through points; what leaves the panel is cut at its edges.</summary>
    public void Line(string style, IEnumerable<(double X, double Y)> points) =>
        svg.Append(F($"<polyline class=\"l {style}\" points=\"{Points(points)}\"/>\n"));

    /// <summary>What lies below a line.</summary>
    public void Area(string style, IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count == 0) return;
        svg.Append(F($"<polygon class=\"{style}\" points=\"{X(points[0].X)},{Bottom} {Points(points)} {X(points[^1].X)},{Bottom}\"/>\n"));
    }

    /// <summary>A bar from the lower edge.</summary>
    public void Bar(string style, double from, double to, double value) => Box(style, from, to, y.From, value);

    /// <summary>A rectangle between values.</summary>
    public void Box(string style, double from, double to, double low, double high) => svg.Append(F(
        $"<rect class=\"{style}\" x=\"{X(from)}\" y=\"{Y(high)}\" width=\"{X(to) - X(from)}\" height=\"{Y(low) - Y(high)}\"/>\n"));

    /// <summary>A text just above a value.</summary>
    public void Mark(double atX, double atY, string text, string anchor = "middle", string style = "s", int size = 11) =>
        Text(X(atX), Y(atY) - 4, text, style, anchor, size);

    /// <summary>Names beside samples of their colours, from the right edge on the line of the title.</summary>
    public void Legend(params (string Style, string Name)[] entries)
    {
        double at = Right;
        foreach ((string style, string name) in entries.Reverse())
        {
            at -= name.Length * 5.9;
            Text(at, top - 8, name, "s", "start", 11);
            svg.Append(F($"<rect class=\"{style}\" x=\"{at - 14:0.#}\" y=\"{top - 16}\" width=\"10\" height=\"8\" rx=\"2\"/>\n"));
            at -= 28;
        }
    }

    /// <summary>A number as short as it can be told.</summary>
    public static string Short(double value) => value >= 10_000 ? F($"{value / 1000:0}k") : F($"{value:#,##0.#}");

    private void Text(double atX, double atY, string text, string style, string anchor, int size, bool bold = false) => svg.Append(F(
        $"<text class=\"{style}\" x=\"{atX}\" y=\"{atY}\" font-size=\"{size}\" text-anchor=\"{anchor}\"")
        + (bold ? " font-weight=\"600\">" : ">") + SecurityElement.Escape(text) + "</text>\n");

    private string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => F($"{X(point.X)},{Y(point.Y)}")));

    private double X(double value) => Math.Round(left + (width * Share(value, x)), 1);

    private double Y(double value) => Math.Round(Bottom - (height * Share(value, y)), 1);

    private static double Share(double value, (double From, double To) scale) =>
        Math.Clamp((value - scale.From) / (scale.To - scale.From), 0, 1);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
