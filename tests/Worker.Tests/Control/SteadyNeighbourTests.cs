using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Worker.Tests.Control.Simulated;

namespace Worker.Tests.Control;

/// <summary>A neighbour takes half of the processor, all the time: each mode labels half of what its batches are known to cost. The policy
/// goes by the capacities that <see cref="CapacityEstimator"/> learns on the way, as a worker does.</summary>
public sealed class SteadyNeighbourTests(ITestOutputHelper output)
{
    private const double Tick = 0.02;
    private static readonly Mode[] Modes = [.. SimulatedMail.Ladder.Rungs.Select(rung => rung.Mode)];

    /// <summary>50 documents/s: the teacher is believed to label 86 of them, and labels 43.</summary>
    [Fact]
    public void The_worker_does_not_try_a_mode_again_and_again_that_was_too_slow_each_time()
    {
        SimulatedDocument[] load = SimulatedLoad.Of(1, (1800, 50));
        SimulatedWorker worker = Run(load, 1800, share: _ => 0.5);
        double[] changes = [.. worker.Changes.Select(change => change.At)];
        output.WriteLine(string.Join(" ", changes.Select(at => $"{at:F0}")));
        Assert.InRange(changes.Count(at => at < 300), 1, 20); // 61 where a share always fades as fast
        Assert.InRange(changes.Count(at => at >= 600), 0, 24); // about one a minute, and 240 else
    }

    [Fact]
    public void When_the_neighbour_has_gone_full_accuracy_is_back_within_minutes_and_soon_after_the_next_burst()
    {
        SimulatedDocument[] load = SimulatedLoad.Of(2, (1500, 50), (20, 382), (400, 50), (20, 382), (60, 50));
        SimulatedWorker worker = Run(load, 2000, share: at => at < 900 ? 0.5 : 1);
        double[] changes = [.. worker.Changes.Select(change => change.At)];
        output.WriteLine(string.Join(" ", changes.Select(at => $"{at:F0}")));
        Assert.All(load.Where(document => document.ArrivedAt is > 1100 and < 1500), document => Assert.Equal(0, document.Rung));
        Assert.Equal(0, worker.Rung);
    }

    private static SimulatedWorker Run(SimulatedDocument[] load, double seconds, Func<double, double> share)
    {
        CostModels costs = new(new CostFingerprint("machine", "runtime", "model"));
        for (int rung = 0; rung < Modes.Length; rung++) // one row a batch, on two threads
        {
            costs.TryAdd(new CostKey(Modes[rung].Name, Precision.Int8, 2), new CostSnapshot(
                new BatchCost(2000 / SimulatedMail.Capacities[rung], 0, 0, 0, 0), 0.01, 1000, IsTrusted: true));
        }

        CapacityEstimator estimator = new(Modes, new ModeCosts(costs, [.. Modes.Select(mode => (mode, mode.Name))], 2),
            new BatchBudget(MaxRows: 1, MaxTokens: 512), slots: 2, longest: 512);
        SimulatedWorker worker = new(SimulatedMail.Policy(1), SimulatedMail.Capacities)
        {
            Told = _ => [.. estimator.Capacities],
            Share = share,
        };
        Learning learning = new(estimator, worker);
        int next = 0;
        for (int step = 0; step * Tick < seconds; step++)
        {
            int from = next;
            while (next < load.Length && load[next].ArrivedAt < (step + 1) * Tick) next++;
            worker.Step(step * Tick, (step + 1) * Tick, load[from..next]);
            learning.Look((step + 1) * Tick);
        }

        return worker;
    }

    /// <summary>What the worker's own loop does with the estimator: a plan each second, and an observation of each quarter of one in which
    /// documents always waited.</summary>
    private sealed class Learning(CapacityEstimator estimator, SimulatedWorker worker)
    {
        private double _planned;
        private (int Rung, double At, int Served)? _window;

        public void Look(double now)
        {
            if (worker.Waiting.Count == 0) _window = null;
            else if (_window is not { } window || window.Rung != worker.Rung) _window = (worker.Rung, now, worker.Served);
            else if (now - window.At >= 0.25 && (worker.Served - window.Served >= 100 || now - window.At >= 1))
            {
                double workMs = (worker.Served - window.Served) * 2000 / SimulatedMail.Capacities[window.Rung];
                estimator.Observe(window.Rung, workMs, 1000 * (now - window.At));
                _window = (worker.Rung, now, worker.Served);
            }

            if (now - _planned < 1) return;
            _planned = now;
            estimator.Plan([], 0);
        }
    }
}
