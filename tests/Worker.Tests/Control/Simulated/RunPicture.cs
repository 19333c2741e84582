using System.Globalization;
using System.Text;

namespace Worker.Tests.Control.Simulated;

/// <summary>Draws a simulated run: arrivals, what waits, the mode and the accuracy of labels over time. An SVG of the same text wherever
/// it is drawn.</summary>
internal static class RunPicture
{
    private const int Width = 960, Left = 92, Right = 940, PanelHeight = 92, PanelGap = 36, Top = 66;
    private const string Font = "ui-sans-serif, Helvetica, Arial, sans-serif";

    // A class for each panel's line and name; in the dark they are as readable.
    private const string Style = ".bg{fill:#ffffff}.t{fill:#1f2933}.s{fill:#52606d}.g{stroke:#d9e2ec}.c{fill:none;stroke-width:1.8}"
        + ".c0{stroke:#0b69a3}.c1{stroke:#ba2525}.c2{stroke:#147d64}.c3{stroke:#8719e0}"
        + "@media (prefers-color-scheme: dark){.bg{fill:#0d1117}.t{fill:#e6edf3}.s{fill:#9fb3c8}.g{stroke:#243040}"
        + ".c0{stroke:#62b0e8}.c1{stroke:#ff8a80}.c2{stroke:#5fd3ae}.c3{stroke:#c9a0ff}}";

    /// <param name="title">What it is of.</param>
    /// <param name="load">Documents, all labelled.</param>
    /// <param name="worker">What ran them, on <see cref="SimulatedMail.Ladder"/>.</param>
    /// <param name="seconds">The length of the run.</param>
    public static string Draw(string title, SimulatedDocument[] load, SimulatedWorker worker, int seconds)
    {
        StringBuilder svg = new();
        int height = Top + (4 * (PanelHeight + PanelGap)) + 6;
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"{Font}\" font-size=\"13\">");
        Add(svg, $"<style>{Style}</style>");
        Add(svg, $"<rect class=\"bg\" width=\"{Width}\" height=\"{height}\" rx=\"10\"/>");
        Add(svg, $"<text class=\"t\" x=\"{Left}\" y=\"28\" font-size=\"16\" font-weight=\"600\">{title}</text>");

        double[] arrivals = SimulatedLoad.BySlot(load, 0.5, seconds);
        double[] waiting = [.. Enumerable.Range(0, seconds * 5).Select(slot =>
            (double)load.Count(document => document.ArrivedAt <= slot / 5.0 && document.DoneAt > slot / 5.0))];
        double[] rungs = [.. Enumerable.Range(0, seconds * 10).Select(slot =>
            (double)(worker.Decisions.LastOrDefault(entry => entry.At <= slot / 10.0).Decision?.Rung ?? 0))];
        double[] accuracy = [.. Enumerable.Range(0, seconds).Select(second => load
            .Where(document => document.DoneAt >= second && document.DoneAt < second + 1)
            .Select(document => 100 * SimulatedMail.Accuracies[document.Rung]).DefaultIfEmpty(double.NaN).Average())];
        Panel(svg, 0, "arrivals, documents/s", [.. arrivals.Select(count => count * 2)], seconds, [0, 500, 1000, 1500]);
        Panel(svg, 1, "lag, documents not finished", waiting, seconds, [0, 2000, 4000]);
        Panel(svg, 2, "mode", [.. rungs.Select(rung => 2 - rung)], seconds, [0, 1, 2], level =>
            SimulatedMail.Ladder.Rungs[2 - (int)level].Mode.Name);
        Panel(svg, 3, "accuracy of what is labelled", accuracy, seconds, [98.0, 98.5, 99, 99.5], level =>
            string.Create(CultureInfo.InvariantCulture, $"{level:F1}%"));
        for (int second = 0; second <= seconds; second += 10)
            Add(svg, $"<text x=\"{X(second, seconds):F1}\" y=\"{height - 20}\" class=\"s\" text-anchor=\"middle\">{second} s</text>");
        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Panel(
        StringBuilder svg, int row, string name, double[] values, int seconds, double[] levels, Func<double, string>? shown = null)
    {
        double top = Top + (row * (PanelHeight + PanelGap)), bottom = top + PanelHeight, span = levels[^1] - levels[0];
        Add(svg, $"<text class=\"t\" x=\"{Left}\" y=\"{top - 8:F1}\">{name}</text>");
        foreach (double level in levels)
        {
            Add(svg, $"<path d=\"M{Left} {Y(level):F1}H{Right}\" class=\"g\"/>");
            string label = shown?.Invoke(level) ?? level.ToString("N0", CultureInfo.InvariantCulture);
            Add(svg, $"<text x=\"{Left - 8}\" y=\"{Y(level) + 4:F1}\" class=\"s\" text-anchor=\"end\">{label}</text>");
        }

        // Steps: each value holds for its slot; where nothing was labelled the line breaks off.
        StringBuilder path = new();
        bool drawn = false;
        for (int slot = 0; slot < values.Length; slot++)
        {
            if (!double.IsNaN(values[slot]) && !(drawn && slot > 0 && values[slot] == values[slot - 1]))
                path.Append(CultureInfo.InvariantCulture, $"{(drawn ? 'L' : 'M')}{At(slot):F1} {Y(values[slot]):F1}");
            drawn = !double.IsNaN(values[slot]);
            if (drawn && (slot + 1 == values.Length || values[slot + 1] != values[slot]))
                path.Append(CultureInfo.InvariantCulture, $"H{At(slot + 1):F1}");
        }

        Add(svg, $"<path d=\"{path}\" class=\"c c{row}\"/>");

        double Y(double value) => bottom - ((value - levels[0]) / span * PanelHeight);

        double At(int slot) => X(slot * (double)seconds / values.Length, seconds);
    }

    private static double X(double second, int seconds) => Left + (second / seconds * (Right - Left));

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
}
