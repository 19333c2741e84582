using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

public sealed class ExploreTests(ITestOutputHelper output)
{
    private static readonly ModeLadder Ladder = new([new(Mode.Teacher(Precision.Int8), 0.99172), new(Mode.Students(1, Precision.Int8), 0.98924), new(Mode.Swift(Precision.Int8), 0.98344)]);
    private static readonly double[] Capacities = [86, 726, 1040];

    [Fact]
    public void Bursts()
    {
        foreach (double w in new[] { 0.25, 0.5, 1.0, 2.0 })
        foreach (double burst in new[] { 95.0, 191, 382, 600, 700, 764, 900, 1000, 1528 })
            Report($"W {w} burst {burst}", Ladder, Capacities, w, 0.02, [(30, 6), (20, burst), (60, 6)]);
    }

    [Fact]
    public void Steady()
    {
        foreach (double tau in new[] { 0.1, 0.15, 0.5, 1.0 })
        foreach (double load in new[] { 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95 })
            Report($"tau {tau} load {load}", Ladder, Capacities, 1, 0.02, [(10, load * 86), (10, 382), (280, load * 86)], tau);
    }

    [Fact]
    public void Spec()
    {
        double[] capacities = [.. Enumerable.Range(1, 6).Reverse().Select(n => 1 / ((0.2 / 4000 * 0) + (1 / 4000.0) + ((n - 1) * ((1 / 800.0) - (1 / 4000.0)) / 5)))];
        ModeLadder ladder = new(Enumerable.Range(1, 6).Reverse().Select(n => new Rung(Mode.Students(n, Precision.Int8), 0.9 + (n * 0.01))));
        foreach ((double w, double tick, double hold) in new[] { (0.02, 0.005, 1.0), (0.05, 0.005, 1.0), (0.02, 0.02, 1.0), (0.1, 0.02, 1), (1.0, 0.02, 1) })
        foreach ((double calm, double burst) in new[] { (400.0, 2000.0), (400, 3500), (650, 3000), (560, 3000) })
            Report($"W {w} tick {tick} {calm}/{burst}", ladder, capacities, w, tick,
                [.. Enumerable.Range(0, 10).SelectMany(_ => new[] { (9.0, calm), (2, burst), (9, calm) })], 0.1);
    }

    [Fact]
    public void Day()
    {
        for (int seed = 1; seed <= 6; seed++)
            Report($"day {seed}", Ladder, Capacities, 1, 0.02, SimulatedLoad.HeavyTailed(seed, 600, 20, 1500));
    }

    private void Report(string name, ModeLadder ladder, double[] capacities, double w, double tick, (double, double)[] parts, double tau = 0.15)
    {
        SimulatedDocument[] load = SimulatedLoad.Of(1, parts);
        SimulatedWorker worker = new(new ModePolicy(ladder, TimeSpan.FromSeconds(w), TimeSpan.FromSeconds(1)), capacities) { RateSeconds = tau };
        double seconds = parts.Sum(p => p.Item1);
        worker.Run(load, tick, seconds);
        OracleResult oracle = AccuracyOracle.Solve(SimulatedLoad.BySlot(load, 0.1, seconds), TimeSpan.FromSeconds(0.1),
            [.. ladder.Rungs.Select((r, i) => (capacities[i], r.Accuracy))], TimeSpan.FromSeconds(w));
        double up = load.GivenUp([.. ladder.Rungs.Select(r => r.Accuracy)]);
        double last = worker.Changes.LastOrDefault(c => c.Decision.Reason == ChangeReason.Drained).At;
        output.WriteLine($"{name,-32} p50 {load.Latency(.5) * 1000,6:F0} p99 {load.Latency(.99) * 1000,6:F0} ms max {load.Latency(1)*1000,6:F0} changes {worker.Changes.Count(),3} shares {string.Join(' ', ladder.Rungs.Select((_, i) => load.ShareIn(i).ToString("F3")))} up {up,7:F2} single {up / oracle.Single,5:F2} mixed {up / oracle.Mixed,5:F2} last up {last:F1}");
    }
}
