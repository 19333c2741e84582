using System.Globalization;
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
        .plain{fill:#ef6b6b}.dynamic{fill:#d9b23c}.ours{fill:#ffa94d}.swift{fill:#b197fc}.auto{fill:#4db3ff}
        .top{fill:#4db3ff}.middle{fill:#2c6f9e}.cheap{fill:#c9a227}
        .l.plain{stroke:#ef6b6b}.l.ours{stroke:#ffa94d}.l.auto{stroke:#4db3ff}}
        </style>

        """;

    /// <summary>Draws what was measured of it; parts that were not run are left out.</summary>
    public static string Render(BurstResults results, Machine machine)
    {
        StringBuilder body = new();
        double at = 84;
        BurstOutcome[] mails = [.. Names(results.Bursts.Where(burst => burst.Texts == "mail"))];
        if (mails.Length > 0) at = AddBurst(body, at, mails);
        if (results.Of(BurstSession.Auto, "mix").Count > 0) at = AddSweep(body, at, results);
        string title = mails.Length > 0
            ? $"{BurstSession.MailMultiple} times the mails that a plain worker can take, for {mails[0].Burst.Seconds:0} seconds"
            : "Bursts of a mix of mails, reviews and news";
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {at:0}\" "
            + $"font-family=\"ui-sans-serif, Helvetica, Arial, sans-serif\">\n{Style}<rect class=\"bg\" width=\"{Width}\" "
            + $"height=\"{at:0}\" rx=\"10\"/>\n<text class=\"t\" x=\"24\" y=\"32\" font-size=\"16\" font-weight=\"600\">{title}</text>\n"
            + $"<text class=\"s\" x=\"24\" y=\"51\" font-size=\"12\">{Finding(mails)}</text>\n"
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
        lag.Legend([.. systems.Select((system, at) => (StyleOf(system), Panel.Short(system.Left) + (at == 0 ? " wait at the end" : "")))]);

        double lowest = Math.Min(95, Math.Floor(systems.SelectMany(Rights).Min(right => right.Percent)));
        Panel right = Next(80, 100.5, lowest - 0.5);
        right.Title("% of labels that are right: of mails that came before, in and after the burst");
        right.Rule("%", lowest, Math.Round((lowest + 100) / 2, 1), 100);
        foreach (BurstOutcome system in systems)
        {
            foreach ((double from, double end, double percent) in Rights(system))
                right.Line(StyleOf(system), [(from, percent), (end, percent)]);
        }

        BurstOutcome? auto = systems.SingleOrDefault(system => system.System == BurstSession.Auto);
        Panel last = right;
        if (auto is not null)
        {
            last = Next(18, 1);
            last.Title("what of the model labels in sluice auto");
            last.Legend(("top", "teacher, the most accurate"), ("middle", "students"), ("cheap", "swift, the fastest"));
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
        IReadOnlyList<BurstOutcome> auto = results.Of(BurstSession.Auto, "mix");
        (string Style, string System)[] systems =
        [
            ("auto", BurstSession.Auto), ("swift", BurstSession.Fixed), ("ours", BurstSession.Teacher),
            ("dynamic", BurstSession.PlainDynamic), ("plain", BurstSession.PlainFp32),
        ];
        double most = systems.SelectMany(one => results.Of(one.System, "mix")).Max(burst => burst.Throughput) * 1.12;
        Panel panel = new(svg, Left, top, Width - Left - Right, 150, (0, auto.Count), (0, most));
        panel.Title("labels a second (mix)");
        panel.Legend([("arrivals", "arrivals"), .. systems.Select(one => (one.Style, one.System))]);
        panel.Rule("", 0, Round(most / 2), Round(most));
        for (int at = 0; at < auto.Count; at++)
        {
            const double First = 0.06, Bar = 0.18;
            string size = auto[at].Burst.Name;
            panel.Bar("arrivals", at + 0.03, at + 0.97, Math.Min(most, auto[at].Burst.PerSecond));
            for (int system = 0; system < systems.Length; system++)
            {
                if (results.Of(systems[system].System, "mix").SingleOrDefault(one => one.Burst.Name == size) is not { } burst) continue;
                double from = at + First + (system * Bar);
                panel.Bar(systems[system].Style, from, from + Bar - 0.02, burst.Throughput);
                panel.Mark(from + (Bar / 2) - 0.01, burst.Throughput, Panel.Short(Math.Round(burst.Throughput)), style: "t", size: 9);
            }
        }

        panel.Ticks([.. auto.Select((burst, at) => (at + 0.5,
            $"{burst.Burst.Name["burst ".Length..]}: {Panel.Short(Math.Round(burst.Burst.PerSecond))}/s come"))]);
        return panel.Bottom + 46;
    }

    // What a stranger is to see in it, in a sentence.
    private static string Finding(BurstOutcome[] mails) =>
        mails.SingleOrDefault(mail => mail.System == BurstSession.Auto) is { DrainedAfter: { } seconds } auto
            ? string.Create(CultureInfo.InvariantCulture, $"Sluice labels them as they come: nothing waits {seconds:0.0} s after the "
                + $"burst. {100 * auto.BurstRight:0.0}% are right, {100 * auto.CalmRight:0.0}% in calm.")
            : "Calm arrivals are 30% of what a plain worker in its best setting clears; sizes are multiples of it.";

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

    // Of the three phases where any were labelled: second by second chance would be larger than what differs.
    private static IEnumerable<(double From, double To, double Percent)> Rights(BurstOutcome burst)
    {
        double ends = burst.Burst.Seconds;
        (double From, double To, double Right)[] phases =
            [(-LeadIn, 0, burst.CalmRight), (0, ends, burst.BurstRight), (ends, burst.Seconds, burst.AfterRight)];
        return phases.Where(phase => !double.IsNaN(phase.Right)).Select(phase => (phase.From, phase.To, 100 * phase.Right));
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
