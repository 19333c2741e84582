using Benchmarks.Students;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Benchmarks.Gpu;

/// <summary>The modes as the worker's lag would choose among them: what each clears in planned batches, and what it is worth.</summary>
internal static class LadderTable
{
    /// <param name="report">Gets the table.</param>
    /// <param name="capacities">Documents a second of each mode that was measured.</param>
    /// <param name="accuracies">By a mode's name, from the manifest; a mode that is not among them is left out.</param>
    public static void Add(BenchmarkReport report, IReadOnlyDictionary<Mode, Sample> capacities,
        IReadOnlyDictionary<string, ModeAccuracy> accuracies)
    {
        Rung[] rungs = [.. capacities.Keys.Where(mode => accuracies.ContainsKey(mode.Name)).Select(mode =>
            new Rung(mode, accuracies[mode.Name].Accuracy / 100))];
        if (rungs.Length == 0) return;
        ModeLadder ladder = new(rungs);
        Sample[] speeds = [.. ladder.Rungs.Select(rung => capacities[rung.Mode])];
        IReadOnlyList<DominatedRung> dominated = ladder.Dominated([.. speeds.Select(speed => speed.Median)]);
        ReportTable table = report.AddTable("The ladder: what lag would choose among", "mode", "right on test by the manifest's fp32, %",
            "documents/s", "times the most accurate", "worth a rung");
        for (int rung = 0; rung < ladder.Rungs.Count; rung++)
        {
            DominatedRung? by = dominated.Where(one => one.Rung == rung).Cast<DominatedRung?>().SingleOrDefault();
            table.AddRow(ladder.Rungs[rung].Mode.Name, 100 * ladder.Rungs[rung].Accuracy, speeds[rung], speeds[rung].Over(speeds[0]),
                by is { } better ? $"no: {ladder.Rungs[better.By].Mode.Name} is as right and as fast" : "yes");
        }
    }
}
