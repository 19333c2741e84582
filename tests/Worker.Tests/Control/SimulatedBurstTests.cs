using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

/// <summary>The policy over a queue on a virtual clock, looked at each 20 ms, with mail's rungs and capacities. Bursts of 20 s in calm of
/// 6 documents/s.</summary>
public sealed class SimulatedBurstTests(ITestOutputHelper output)
{
    private const double Tick = 0.02;

    /// <summary>5 to 50 times the best padded teacher's 19.1 documents/s; none is beyond swift.</summary>
    public static TheoryData<double> Bursts => [95, 191, 382, 600, 700, 764, 900];

    /// <summary>As docs/lag.md has it. Where a burst is a little more than a rung can do, the oracle takes turns.</summary>
    /// <param name="perSecond">Documents/s of the burst.</param>
    /// <param name="most">Over the oracle's.</param>
    [Theory]
    [InlineData(95, 14.2)]
    [InlineData(191, 1.7)]
    [InlineData(382, 1.2)]
    [InlineData(600, 1.05)]
    [InlineData(700, 1.05)]
    [InlineData(764, 2.5)]
    [InlineData(900, 1.4)]
    public void A_burst_costs_little_more_accuracy_than_one_who_knew_of_it_and_kept_to_a_rung_would_give(double perSecond, double most)
    {
        SimulatedDocument[] load = SimulatedLoad.Of(1, (30, 6), (20, perSecond), (60, 6));
        SimulatedWorker worker = Run(load, 110);
        (double mixed, double single) = Over(load, 110, $"{perSecond}/s", worker);
        Assert.InRange(single, 0, 1.05);
        Assert.InRange(mixed, 0, most);
        Assert.InRange(worker.Changes.Count(), 2, 4);
    }

    [Theory]
    [MemberData(nameof(Bursts))]
    public void All_is_done_within_the_target_and_full_accuracy_is_back_soon_after(double perSecond)
    {
        foreach (double target in new[] { 0.25, 0.5, 1, 2 })
        {
            SimulatedDocument[] load = SimulatedLoad.Of(2, (30, 6), (20, perSecond), (60, 6));
            SimulatedWorker worker = Run(load, 110, target);
            Assert.InRange(load.Latency(0.99), 0, target);
            Assert.InRange(worker.Changes.Last().At, 50, 52);
            Assert.Equal(0, worker.Rung);
            Assert.All(load.Where(document => document.ArrivedAt is < 30 or > 53), document => Assert.Equal(0, document.Rung));
        }
    }

    /// <summary>A little more than a rung can do is what lets documents wait longest: about half the target.</summary>
    [Fact]
    public void The_target_sets_how_long_the_slowest_wait()
    {
        double[] targets = [0.5, 1, 2, 4];
        double[] slowest = [.. targets.Select(target =>
        {
            SimulatedDocument[] load = SimulatedLoad.Of(3, (10, 6), (60, 764), (10, 6));
            Run(load, 80, target);
            return load.Latency(1);
        })];
        output.WriteLine(string.Join(", ", targets.Zip(slowest, (target, wait) => $"{target} s: {wait:F2} s")));
        Assert.All(targets.Zip(slowest), pair => Assert.InRange(pair.Second / pair.First, 0.35, 0.65));
    }

    [Fact]
    public void Beyond_the_cheapest_rung_it_stays_there_until_all_is_drained_and_then_climbs()
    {
        SimulatedDocument[] load = SimulatedLoad.Of(4, (30, 6), (20, 1528), (60, 6));
        SimulatedWorker worker = Run(load, 110);
        double drained = load.Where(document => document.ArrivedAt < 50).Max(document => document.DoneAt!.Value);
        Assert.InRange(worker.Changes.Last().At, drained, drained + 2);
        Assert.Contains(worker.Decisions, entry => entry.Decision.Saturated);
        Assert.InRange(Over(load, 110, "1528/s", worker).Mixed, 0, 1.05);
    }

    /// <summary>Calm may take up to 0.8 of the first rung, and is back on it within 5 s of a burst however it swings; more than that, up
    /// to 0.9, costs no rung either where no burst comes.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    [InlineData(0.78)]
    public void Full_accuracy_is_back_five_seconds_after_a_burst_however_busy_calm_is(double share)
    {
        foreach (double lookSeconds in new[] { 0.1, 0.2, 0.5 }) // brokers may take their time
        foreach (double swing in new[] { 0, 0.1 })
        {
            SimulatedDocument[] load = SimulatedLoad.Of(5, (20, share * 86), (10, 382), (60, share * 86));
            Random random = new(6);
            SimulatedWorker worker = new(SimulatedMail.Policy(1), SimulatedMail.Capacities)
            {
                LookSeconds = lookSeconds,
                Told = capacities => [.. capacities.Select(capacity => capacity * (1 + (swing * (random.NextDouble() - 0.5))))],
            };
            worker.Run(load, Tick, 90);
            Assert.InRange(worker.Changes.Count(), 2, 4);
            Assert.InRange(worker.Changes.Last().At, 30, 35);
        }
    }

    [Fact]
    public void A_steady_load_below_nine_tenths_of_the_first_rung_costs_no_rung() =>
        Assert.All(new[] { 0.1, 0.5, 0.7, 0.8, 0.85, 0.9 }, share =>
        {
            SimulatedDocument[] load = SimulatedLoad.Of(7, (600, share * 86));
            Assert.Empty(Run(load, 600).Changes);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_heavy_tailed_day_of_ten_minutes_costs_at_most_a_fifth_more_than_one_who_keeps_to_a_rung(int seed)
    {
        SimulatedDocument[] load = SimulatedLoad.Of(seed, SimulatedLoad.HeavyTailed(seed, 600, 20, 1500));
        SimulatedWorker worker = Run(load, 600);
        (double mixed, double single) = Over(load, 600, $"day {seed}", worker);
        Assert.InRange(single, 0, 1.2);
        Assert.InRange(mixed, 0, 1.8);
        Assert.InRange(load.Latency(0.99), 0, 1);
        Assert.InRange(worker.Changes.Count(), 1, 24);
    }

    /// <summary>Student groups, 800 documents/s by all six and 4,000 by one; the target is 20 ms.</summary>
    [Theory]
    [InlineData(400, 2000)]
    [InlineData(400, 3500)]
    [InlineData(650, 3000)]
    public void A_target_of_milliseconds_holds_too_and_flaps_no_more(double calm, double burst)
    {
        const double SecondsOfOne = 1 / 4000.0, SecondsOfEachMore = ((1 / 800.0) - SecondsOfOne) / 5;
        double[] capacities = [.. Enumerable.Range(0, 6).Select(fewer => 1 / (SecondsOfOne + ((5 - fewer) * SecondsOfEachMore)))];
        ModeLadder ladder = new(Enumerable.Range(1, 6).Select(n => new Rung(Mode.Students(n, Precision.Int8), 0.9 + (n * 0.01))));
        SimulatedWorker worker = new(new ModePolicy(ladder, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1)), capacities);
        SimulatedDocument[] load = SimulatedLoad.Of(8, [.. Enumerable.Repeat(new[] { (9.0, calm), (2.0, burst), (9.0, calm) }, 10)
            .SelectMany(part => part)]);
        worker.Run(load, 0.005, 200);
        output.WriteLine($"{calm}/{burst}: p99 {load.Latency(0.99) * 1000:F1} ms, {worker.Changes.Count() / 10.0} changes a burst, "
            + $"with all six {load.ShareIn(0):P0}");
        Assert.InRange(load.Latency(0.99), 0, 0.02);
        Assert.InRange(worker.Changes.Count(), 20, 95);
    }

    private static SimulatedWorker Run(SimulatedDocument[] load, double seconds, double target = 1)
    {
        SimulatedWorker worker = SimulatedMail.Worker(target);
        worker.Run(load, Tick, seconds);
        Assert.All(load, document => Assert.NotNull(document.DoneAt));
        return worker;
    }

    /// <summary>Accuracy given up over that of the oracle, and of the one that keeps to a rung.</summary>
    private (double Mixed, double Single) Over(SimulatedDocument[] load, double seconds, string name, SimulatedWorker worker)
    {
        TimeSpan slot = TimeSpan.FromSeconds(0.02);
        OracleResult oracle = AccuracyOracle.Solve(SimulatedLoad.BySlot(load, slot.TotalSeconds, seconds), slot,
            [.. SimulatedMail.Capacities.Zip(SimulatedMail.Accuracies)], TimeSpan.FromSeconds(1));
        double givenUp = load.GivenUp(SimulatedMail.Accuracies);
        output.WriteLine($"{name}: p50 {load.Latency(0.5) * 1000:F0} ms, p99 {load.Latency(0.99) * 1000:F0} ms, "
            + $"{worker.Changes.Count()} changes, in each rung {load.ShareIn(0):P0} {load.ShareIn(1):P0} {load.ShareIn(2):P0}, "
            + $"given up {givenUp:F1}, {givenUp / oracle.Mixed:F2} of the oracle's, {givenUp / oracle.Single:F2} of the one's "
            + "that keeps to a rung");
        return (givenUp / oracle.Mixed, givenUp / oracle.Single);
    }
}
