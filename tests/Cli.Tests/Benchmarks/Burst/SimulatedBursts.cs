using Benchmarks.Burst;
using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Plain;
using Benchmarks.Burst.Runs;

namespace Cli.Tests.Benchmarks.Burst;

/// <summary>Results of bench burst as a simple model of it gives them: each system serves one document after another.</summary>
internal static class SimulatedBursts
{
    private const double Unit = 10;

    public static Rungs Rungs { get; } = new([new("swift", 500, 0.98), new("students:1", 300, 0.99), new("teacher", 45, 1)]);

    /// <summary>A whole run: the sweep, the mails and a day.</summary>
    /// <param name="besideLoad">What the worker fixed to the cheapest mode labels a second in bursts; alone it clears 500.</param>
    public static BurstResults Create(double besideLoad = 500)
    {
        BurstResults results = new() { Rungs = { ["mix"] = Rungs, ["mail"] = Rungs } };
        results.Plain.AddRange(PlainPolicy.All.SelectMany((policy, at) => new[]
        {
            new PlainCapacity(BurstSession.Fp32, policy, 1, Unit - at), new PlainCapacity(BurstSession.Dynamic, policy, 1, (2 * Unit) - at),
        }));
        foreach (string texts in new[] { "mix", "mail" })
        {
            int[] all = texts == "mail" ? [20] : [5, 10, 20, 40, 80], ends = texts == "mail" ? [20] : [10, 80];
            Add(BurstSession.Auto, all, texts, null);
            Add(BurstSession.Fixed, all, texts, Rungs.All[0] with { Capacity = besideLoad });
            Add(BurstSession.PlainFp32, ends, texts, new("teacher", Unit, 1));
            Add(BurstSession.Teacher, ends, texts, Rungs.All[2]);
        }

        Add(BurstSession.PlainDynamic, [10, 80], "mix", new("teacher", 2 * Unit, 1));
        results.Days.Add(new DayOutcome(new Course(Run(BurstSession.Auto, Schedule.Day(120, 3, 300), "mix", null)), Rungs));
        return results;

        void Add(string system, int[] multiples, string texts, Rung? rung)
        {
            Schedule schedule = Schedule.Bursts(0.3 * Unit, Unit, multiples, 30, 20, 60);
            Course course = new(Run(system, schedule, texts, rung));
            for (int phase = 1; phase < schedule.Phases.Count; phase += 2) results.Bursts.Add(new BurstOutcome(course, phase, Rungs));
        }
    }

    /// <param name="system">Its name.</param>
    /// <param name="schedule">What comes.</param>
    /// <param name="texts">Name of the texts.</param>
    /// <param name="rung">What labels; null for the best that clears within a second what waits.</param>
    private static LoadRun Run(string system, Schedule schedule, string texts, Rung? rung)
    {
        Random random = new(7);
        List<Delivery> labels = [];
        double free = 0;
        for (int document = 0, coming = 0; document < schedule.Arrivals.Count; document++)
        {
            double start = Math.Max(free, schedule.Arrivals[document]);
            while (coming < schedule.Arrivals.Count && schedule.Arrivals[coming] <= start) coming++;
            Rung own = rung ?? Rungs.All.OrderByDescending(one => one.Accuracy).FirstOrDefault(one =>
                coming - document <= one.Capacity) ?? Rungs.Cheapest;
            free = start + (1 / own.Capacity);
            if (free > schedule.Seconds) break;
            labels.Add(new Delivery(document, free, random.NextDouble() < own.Accuracy ? "ham" : "spam", own.Mode));
        }

        UseSample[] uses = [.. Enumerable.Range(0, (int)schedule.Seconds + 1).Select(second => new UseSample(
            second, new(second * 1.5, 200 << 20, 250 << 20), new(second * 0.1, 0, 0), second * 0.05,
            new Dictionary<string, double> { ["decode"] = second * 0.05, ["infer"] = second * 1.4 }))];
        return new LoadRun(system, new TextSet(texts, "right", [new([], "ham")]), schedule, labels, uses, new Dictionary<int, long>(), 0, 0,
            TimeSpan.Zero);
    }
}
