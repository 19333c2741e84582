using System.Globalization;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control.Simulated;

/// <summary>A load as text, and as text what the policy makes of it: a queue as a fluid, looked at each tenth of a second.</summary>
/// <remarks>The script ends at the first empty line; then comes the course, a line for each part of the load and for each change. Words of
/// the script: <c>rung MODE DOCUMENTS/s ACCURACY%</c>, the most accurate first; <c>drain SECONDS</c>, <c>hold SECONDS</c>;
/// <c>load SECONDS DOCUMENTS/s</c>, or <c>load SECONDS unknown</c>, when as much comes as before and nobody knows.</remarks>
internal static class PolicyTrace
{
    private const double Tick = 0.1;

    /// <summary>The script, an empty line, and its course.</summary>
    public static string Run(string text)
    {
        string[] lines = [.. text.Split('\n').TakeWhile(line => line.Length > 0)];
        string[][] script = [.. lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string[][] rungs = [.. script.Where(words => words[0] == "rung")];
        ModeLadder ladder = new(rungs.Select(words => new Rung(Mode.TryParse(words[1], Precision.Int8)!, Number(words[3]) / 100)));
        ModePolicy policy = new(ladder, TimeSpan.FromSeconds(Setting("drain", 1)), TimeSpan.FromSeconds(Setting("hold", 1)));
        return string.Join('\n', [.. lines, "", "   s  arrivals/s  waiting  mode         reason",
            .. Course(policy, [.. rungs.Select(words => Number(words[2]))], [.. script.Where(words => words[0] == "load")]), ""]);

        double Setting(string name, double otherwise) =>
            script.FirstOrDefault(words => words[0] == name) is [_, var value] ? Number(value) : otherwise;
    }

    private static IEnumerable<string> Course(ModePolicy policy, double[] capacities, string[][] parts)
    {
        PolicyState state = policy.Start(TimeSpan.Zero);
        (int tick, double arrivals, double waiting, bool saturated) = (0, 0, 0, false);
        foreach (string[] part in parts)
        {
            bool known = part[2] != "unknown";
            if (known) arrivals = Number(part[2]);
            yield return Line(tick, known ? arrivals : null, known ? waiting : null, policy.Ladder.Rungs[state.Rung].Mode, "");
            for (int end = tick + (int)Math.Round(Number(part[1]) / Tick); tick < end;)
            {
                waiting = Math.Max(0, waiting + ((arrivals - capacities[state.Rung]) * Tick));
                TimeSpan at = ++tick * TimeSpan.FromSeconds(Tick);
                ControlSample sample = new(at, known ? waiting : null, known ? arrivals : null, capacities);
                (state, ModeDecision decision) = policy.Next(state, sample);
                string told = (decision.Changed, decision.Saturated == saturated, saturated) switch
                {
                    (true, _, _) => decision.Reason.Name(),
                    (false, true, _) => "",
                    (false, false, true) => "saturated no more",
                    (false, false, false) => "saturated",
                };
                saturated = decision.Saturated;
                if (told.Length > 0)
                    yield return Line(tick, sample.ArrivalsPerSecond, sample.Waiting, policy.Ladder.Rungs[state.Rung].Mode, told);
            }
        }

        yield return Line(tick, arrivals, waiting, policy.Ladder.Rungs[state.Rung].Mode, "");
    }

    private static string Line(int tick, double? arrivals, double? waiting, Mode mode, string reason) => string.Create(
        CultureInfo.InvariantCulture, $"{tick * Tick,4:F1}  {Shown(arrivals),10}  {Shown(waiting),7}  {mode.Name,-11}  {reason}").TrimEnd();

    private static string Shown(double? number) => number is { } known ? known.ToString("F0", CultureInfo.InvariantCulture) : "unknown";

    private static double Number(string text) => double.Parse(text.TrimEnd('%', 's', '/'), CultureInfo.InvariantCulture);
}
