using System.Security;
using System.Text;
using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;

namespace Benchmarks.Burst.Picture;

/// <summary>What bench burst found as one picture, SVG: the burst of mails second by second, and what was sustained by the size of the
/// burst. Readable at 800 pixels, on light and dark pages.</summary>
internal static class BurstPicture
{
    private const int Width = 800, Left = 56, Right = 24;
    private const double LeadIn = 10;

    private const string Style = """
        <style>
        .bg{fill:#ffffff}.t{fill:#1f2933}.s{fill:#52606d}.g{stroke:#e4e7eb}
        .l{fill:none;stroke-width:2;stroke-linejoin:round}
        .arrivals{fill:#d9e2ec}.plain{fill:#d64545}.dynamic{fill:#b88a00}.ours{fill:#e67700}.auto{fill:#1b7fc4}.swift{fill:#8a63d2}
        .l.plain{stroke:#d64545}.l.dynamic{stroke:#b88a00}.l.ours{stroke:#e67700}.l.auto{stroke:#1b7fc4}
        .l.plain,.l.dynamic,.l.ours,.l.auto{fill:none}
        .top{fill:#1b7fc4}.middle{fill:#7cc4fa}.cheap{fill:#fadb5f}
        @media (prefers-color-scheme: dark){.bg{fill:#0d1117}.t{fill:#e6edf3}.s{fill:#9fb3c8}.g{stroke:#232b36}.arrivals{fill:#334155}
        .plain{fill:#ef6b6b}.ours{fill:#ffa94d}.auto{fill:#4db3ff}.top{fill:#4db3ff}.middle{fill:#2c6f9e}.cheap{fill:#c9a227}
        .l.plain{stroke:#ef6b6b}.l.ours{stroke:#ffa94d}.l.auto{stroke:#4db3ff}}
        </style>

        """;

    /// <summary>Draws what was measured of it; parts that were not run are left out.</summary>
    public static string Render(BurstResults results, Machine machine)
    {
        StringBuilder body = new();
        double at = 62;
        BurstOutcome[] mails = [.. Names(results.Bursts.Where(burst => burst.Texts == "mail"))];
        if (mails.Length > 0) at = AddBurst(body, at, mails);
        if (results.Of(BurstSession.Auto, "mix").Count > 0) at = AddSweep(body, at, results);
        string title = mails.Length > 0
            ? $"A burst of {BurstSession.MailMultiple} times what the plain worker can take, of mails"
            : "Bursts of the mix";
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {at:0}\" "
            + $"font-family=\"ui-sans-serif, Helvetica, Arial, sans-serif\">\n{Style}<rect class=\"bg\" width=\"{Width}\" "
            + $"height=\"{at:0}\" rx=\"10\"/>\n<text class=\"t\" x=\"24\" y=\"32\" font-size=\"16\" font-weight=\"600\">{title}</text>\n"
            + $"<text class=\"s\" x=\"{Width - Right}\" y=\"{at - 8:0}\" font-size=\"10\" text-anchor=\"end\">"
            + $"{SecurityElement.Escape($"{machine.Cpu} ({machine.Kind}), {machine.Cores} cores; Kafka and load on the same machine")}"
            + $"</text>\n{body}</svg>\n";
    }

    private static double AddBurst(StringBuilder svg, double top, BurstOutcome[] systems)
    {
        Phase burst = systems[0].Burst;
        double to = systems[0].Course.Run.Schedule.Seconds - burst.From;
        (string, string)[] legend = [.. systems.Select(system => (StyleOf(system), system.System))];
        (double, string)[] ticks =
            [(0, "burst begins"), (burst.Seconds, $"ends, {burst.Seconds:0} s"), (to / 2, $"{to / 2:0} s"), (to, $"{to:0} s")];

        double most = systems.SelectMany(system => Rates(system, to)).Append((0, burst.PerSecond)).Max(point => point.Item2) * 1.05;
        Panel rates = Next(150, most);
        rates.Title("documents a second");
        rates.Legend([("arrivals", "arrivals"), .. legend]);
        rates.Area("arrivals", [.. Seconds(to).Select(second =>
            (second, (double)systems[0].Course.ArrivalsIn(burst.From + second - 1, burst.From + second)))]);
        rates.Rule("", 0, Round(burst.PerSecond / 2), Round(burst.PerSecond));
        foreach (BurstOutcome system in systems) rates.Line(StyleOf(system), Rates(system, to));

        double waiting = systems.Max(system => system.GreatestBacklog);
        Panel lag = Next(110, waiting * 1.05);
        lag.Title("documents that wait (lag)");
        lag.Rule("", 0, Round(waiting / 2), Round(waiting));
        foreach (BurstOutcome system in systems)
            lag.Line(StyleOf(system), Quarters(to).Select(second => (second, (double)system.Course.Backlog(burst.From + second))));

        Panel right = Next(80, 100, 85);
        right.Title("% of labels that are right");
        right.Rule("%", 85, 90, 95, 100);
        foreach (BurstOutcome system in systems) right.Line(StyleOf(system), Rights(system, to));

        BurstOutcome? auto = systems.SingleOrDefault(system => system.System == BurstSession.Auto);
        Panel last = right;
        if (auto is not null)
        {
            last = Next(18, 1);
            last.Title("what labels in sluice auto");
            last.Legend(("top", "teacher"), ("middle", "students"), ("cheap", "swift"));
            AddModes(last, auto, to);
        }

        last.Ticks(ticks);
        return last.Bottom + 60;

        Panel Next(double height, double upper, double lower = 0)
        {
            Panel panel = new(svg, Left, top, Width - Left - Right, height, (-LeadIn, to), (lower, upper));
            panel.Guides(0, burst.Seconds);
            top += height + 38;
            return panel;
        }
    }

    private static void AddModes(Panel panel, BurstOutcome auto, double to)
    {
        double from = auto.Burst.From - LeadIn;
        IReadOnlyList<string> modes = new ModeTimes(auto.Course.LabelsAt(from, from + LeadIn + to), from, from + LeadIn + to).Modes;
        for (int step = 0; step < modes.Count;)
        {
            int next = step;
            while (next < modes.Count && modes[next] == modes[step]) next++;
            string style = modes[step] switch { "teacher" => "top", "swift" => "cheap", _ => "middle" };
            if (modes[step].Length > 0)
                panel.Box(style, (step * ModeTimes.Step) - LeadIn, (next * ModeTimes.Step) - LeadIn, 0, 1);
            step = next;
        }
    }

    private static double AddSweep(StringBuilder svg, double top, BurstResults results)
    {
        IReadOnlyList<BurstOutcome> auto = results.Of(BurstSession.Auto, "mix"), swift = results.Of(BurstSession.Fixed, "mix");
        double most = auto.Concat(swift).Max(burst => burst.Throughput) * 1.12;
        Panel panel = new(svg, Left, top, Width - Left - Right, 150, (0, auto.Count), (0, most));
        panel.Title("labels a second, by size of the burst (mix)");
        panel.Legend(("auto", BurstSession.Auto), ("swift", BurstSession.Fixed), ("ours", BurstSession.Teacher),
            ("dynamic", "plain int8"), ("plain", BurstSession.PlainFp32));
        panel.Rule("", 0, Round(most / 2), Round(most));
        for (int at = 0; at < auto.Count; at++)
        {
            panel.Bar("auto", at + 0.18, at + 0.48, auto[at].Throughput);
            panel.Mark(at + 0.33, auto[at].Throughput + (most * 0.02), Panel.Short(Math.Round(auto[at].Throughput)));
            if (at < swift.Count) panel.Bar("swift", at + 0.52, at + 0.82, swift[at].Throughput);
        }

        foreach ((string style, string system) in new[]
            { ("ours", BurstSession.Teacher), ("dynamic", BurstSession.PlainDynamic), ("plain", BurstSession.PlainFp32) })
        {
            if (results.Of(system, "mix") is [.., var rival])
                panel.Line(style, [(0, rival.Throughput), (auto.Count, rival.Throughput)]);
        }

        panel.Ticks([.. auto.Select((burst, at) => (at + 0.5, $"{burst.Burst.Name["burst ".Length..]}"))]);
        return panel.Bottom + 46;
    }

    private static IEnumerable<BurstOutcome> Names(IEnumerable<BurstOutcome> bursts) => bursts
        .Where(burst => burst.System is BurstSession.PlainFp32 or BurstSession.Teacher or BurstSession.Auto)
        .OrderBy(burst => burst.System == BurstSession.Auto); // on top of the others

    private static string StyleOf(BurstOutcome burst) => burst.System switch
    {
        BurstSession.PlainFp32 => "plain",
        BurstSession.Teacher => "ours",
        _ => "auto",
    };

    private static IEnumerable<(double, double)> Rates(BurstOutcome burst, double to) => Seconds(to).Select(second =>
        (second, (double)burst.Course.LabelsIn(burst.Burst.From + second - 1, burst.Burst.From + second)));

    // Of the labels of five seconds: in calm there are few in one.
    private static IEnumerable<(double, double)> Rights(BurstOutcome burst, double to)
    {
        foreach (double second in Seconds(to))
        {
            Delivery[] labels = [.. burst.Course.LabelsAt(burst.Burst.From + second - 5, burst.Burst.From + second)];
            if (labels.Length > 0) yield return (second, 100.0 * labels.Count(burst.Course.IsRight) / labels.Length);
        }
    }

    private static IEnumerable<double> Seconds(double to) =>
        Enumerable.Range(0, (int)(LeadIn + to) + 1).Select(second => second - LeadIn);

    private static IEnumerable<double> Quarters(double to) =>
        Enumerable.Range(0, ((int)(LeadIn + to) * 4) + 1).Select(quarter => (quarter / 4.0) - LeadIn);

    private static double Round(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, value))));
        return Math.Floor(value / unit * 2) / 2 * unit;
    }
}
