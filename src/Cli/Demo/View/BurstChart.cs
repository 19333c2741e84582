using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Spectre.Console;

namespace Sluice.Cli.Demo.View;

/// <summary>One line of a chart: a name, a value, and a piece of a curve.</summary>
/// <param name="Name">What it is, or what the value is.</param>
/// <param name="Value">As text.</param>
/// <param name="Curve">Over the whole width of the chart, or less.</param>
/// <param name="Colour">Of the curve, as Spectre.Console names it.</param>
/// <param name="IsMain">Whether the value matters; the second line of a curve says what its first one's is.</param>
internal sealed record ChartLine(string Name, string Value, string Curve, string Colour, bool IsMain)
{
    /// <summary>Without colours.</summary>
    public override string ToString() => $"{Name,-BurstChart.NameWidth} {Value,-BurstChart.ValueWidth} {Curve}".TrimEnd();

    /// <summary>For a terminal.</summary>
    public Markup ToMarkup() => new(
        $"[grey]{Markup.Escape(Name),-BurstChart.NameWidth}[/] "
        + $"[{(IsMain ? "bold" : "grey")}]{Markup.Escape(Value),-BurstChart.ValueWidth}[/] "
        + $"[{Colour}]{Markup.Escape(Curve)}[/]") { Overflow = Overflow.Crop };
}

/// <summary>A run with a burst over its time, as curves of text: arrivals, throughput, lag, modes, accuracy.</summary>
internal static class BurstChart
{
    /// <summary>Columns before the curves.</summary>
    public const int NameWidth = 10, ValueWidth = 7, Margin = NameWidth + ValueWidth + 2;

    /// <summary>Lines besides the curves and the modes: the stretches above, the time below.</summary>
    public const int Edges = 2;

    /// <summary>Least accuracy that a curve of it begins at.</summary>
    private const double LeastAccuracy = 0.9;

    private static readonly int[] TickSeconds = [5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600];

    private static readonly string[] ModeColours = ["green3", "yellow3", "orange1", "hotpink"];

    /// <summary>The lines from the top.</summary>
    /// <param name="timeline">What to draw.</param>
    /// <param name="now">How far the run has come; null when it is over.</param>
    /// <param name="width">Columns of all, more than <see cref="Margin"/> by 20 at least.</param>
    /// <param name="rows">Lines for each curve, at least 1.</param>
    /// <param name="hasAccuracy">Whether there is a curve of it.</param>
    public static IReadOnlyList<ChartLine> Lines(Timeline timeline, TimeSpan? now, int width, int rows, bool hasAccuracy)
    {
        int columns = width - Margin;
        TimeSpan reached = now ?? timeline.Newest;
        TimeSpan whole = Longer(now is null ? timeline.Newest : timeline.Schedule.End, reached);
        List<TimelinePart> parts = [.. Parts(timeline, whole, reached, columns)];
        var lines = new List<ChartLine> { new("", "", Stretches(timeline.Schedule, whole, columns), "grey", false) };

        // Arrivals and labels have one scale, so that one sees the worker keep up.
        double fastest = parts.Select(part => Math.Max(part.ArrivalsPerSecond, part.LabelledPerSecond)).Append(0.001).Max();
        Add("arrivals", "deepskyblue2", part => part.ArrivalsPerSecond, 0, fastest, rate => $"{Numbers.Rate(rate)}/s");
        Add("labelled", "aqua", part => part.LabelledPerSecond, 0, fastest, rate => $"{Numbers.Rate(rate)}/s");
        Add("lag", "indianred1", part => part.Lag, 0, parts.Select(part => (double)part.Lag).Append(1).Max(), Numbers.Count);
        lines.AddRange(Modes(timeline, parts));
        if (hasAccuracy)
        {
            double[] shown = [.. parts.Select(part => part.Accuracy ?? double.NaN)];
            double least = shown.Where(double.IsFinite).Append(1).Min();
            double low = Math.Clamp(Math.Floor((least * 100) - 0.5) / 100, LeastAccuracy, 0.98);
            Curve("accuracy", "mediumpurple2", shown, low, 1, value => Numbers.Percent(value), "least", least);
        }

        lines.Add(new ChartLine("", "", Seconds(whole, columns), "grey", false));
        return lines;

        void Add(string name, string colour, Func<TimelinePart, double> of, double from, double to, Func<double, string> text)
        {
            double[] values = [.. parts.Select(of)];
            Curve(name, colour, values, from, to, text, now is null ? "at first" : "most", now is null
                ? values.FirstOrDefault() : values.Append(0).Max());
        }

        // The value now, while the run goes on, and the greatest when it is over; below it another one, with its name.
        void Curve(string name, string colour, double[] values, double from, double to, Func<double, string> text, string otherName,
            double other)
        {
            double main = values.Where(double.IsFinite).DefaultIfEmpty(double.NaN) is var known && now is null ? known.Max() : known.Last();
            string[] area = Bar.Area(values, rows, from, to);
            for (int row = 0; row < rows; row++)
            {
                lines.Add(row switch
                {
                    0 => new ChartLine(name, double.IsNaN(main) ? "-" : text(main), area[row], colour, true),
                    1 => new ChartLine($"  {otherName}", text(other), area[row], colour, false),
                    _ => new ChartLine("", "", area[row], colour, false),
                });
            }
        }
    }

    private static IEnumerable<ChartLine> Modes(Timeline timeline, List<TimelinePart> parts) => timeline.Modes.Select((mode, index) =>
        new ChartLine(mode.Mode, Numbers.Percent((double)mode.Labels / timeline.Labels), Bar.Area(
            [.. parts.Select(part => part.Modes[index])], 1, 0, 1)[0], ModeColours[Math.Min(index, ModeColours.Length - 1)], true));

    private static IEnumerable<TimelinePart> Parts(Timeline timeline, TimeSpan whole, TimeSpan reached, int columns)
    {
        // A column whose time is not over yet would show what is due and cannot be labelled yet as lag.
        for (int column = 0; column < columns && whole * (column + 1) / columns <= reached; column++)
            yield return timeline.Between(whole * column / columns, whole * (column + 1) / columns);
    }

    private static string Stretches(ArrivalSchedule schedule, TimeSpan whole, int columns)
    {
        char[] line = new string(' ', columns).ToCharArray();
        foreach (ArrivalPhase phase in schedule.Phases)
        {
            int from = Column(phase.Start), room = Column(phase == schedule.Phases[^1] ? whole : phase.End) - from;
            string text = $"│{phase.Name} {Numbers.Rate(phase.PerSecond)}/s";
            if (text.Length > room) text = phase.Name.Length < room ? $"│{phase.Name}" : "│";
            for (int i = 0; i < Math.Min(room, text.Length); i++) line[from + i] = text[i];
        }

        return new string(line).TrimEnd();

        int Column(TimeSpan at) => Math.Clamp((int)Math.Round(at / whole * columns), 0, columns);
    }

    private static string Seconds(TimeSpan whole, int columns)
    {
        char[] line = new string(' ', columns).ToCharArray();
        int step = TickSeconds.FirstOrDefault(step => whole.TotalSeconds / step * 8 <= columns, TickSeconds[^1]);
        for (int second = 0; second < whole.TotalSeconds; second += step)
        {
            string text = $"{second} s";
            int at = (int)Math.Round(second / whole.TotalSeconds * columns);
            for (int i = 0; i < text.Length && at + text.Length <= columns; i++) line[at + i] = text[i];
        }

        return new string(line).TrimEnd();
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
