using System.Diagnostics;
using Benchmarks.Batching;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;

namespace Benchmarks.Gpu;

/// <summary>One way to label all documents.</summary>
/// <param name="Model">What labels.</param>
/// <param name="Policy">How batches are made.</param>
/// <param name="Threads">That run them.</param>
/// <param name="Clear">Labels all documents once and gives documents a second.</param>
internal sealed record Contender(string Model, string Policy, int Threads, Func<double> Clear)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.25); // one measurement, so that a hiccup is a small part of it

    private const int WarmPasses = 4;
    private const double Settled = 1.1;

    private int _passes = 1;

    public string Name => $"{Model}, {Policy}";

    /// <summary>Seconds that a measurement takes, known once it was tried.</summary>
    public double Seconds { get; private set; }

    /// <summary>Warms it by passes until the next is hardly faster, for kernels and plans of shapes come with the first runs. By the last
    /// pass it knows how many are a measurement.</summary>
    public double Try()
    {
        double speed = Clear(), before, seconds;
        int passes = 1;
        do
        {
            before = speed;
            long began = Stopwatch.GetTimestamp();
            speed = Clear();
            seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        while (speed > Settled * before && ++passes < WarmPasses);
        _passes = int.Max(1, (int)Math.Ceiling(Least.TotalSeconds / seconds));
        Seconds = seconds * _passes;
        return speed;
    }

    /// <summary>Documents a second over as many passes.</summary>
    public double Measure() => Enumerable.Range(0, _passes).Select(_ => 1 / Clear()).ToArray() is var each ? each.Length / each.Sum() : 0;
}

/// <summary>Every way that <see cref="CapacitySection"/> tries, and the sessions that they share.</summary>
/// <param name="run">Where they run.</param>
/// <param name="documents">All that wait.</param>
internal sealed class Contenders(GpuRun run, int[][] documents) : IDisposable
{
    private static readonly int[] Threads = [1, 2, 4], SmallerBudgets = [16_384, 4_096];
    private static readonly (string Policy, Func<int[][], int[][][]> Cut)[] Padded =
    [
        ("first-come 16", all => FixedPolicy.FirstCome(all, 16)),
        ("sorted 64", all => FixedPolicy.Sorted(all, 64, all.Length)),
        ("sorted 16", all => FixedPolicy.Sorted(all, 16, all.Length)),
        ("sorted 256", all => FixedPolicy.Sorted(all, 256, all.Length)),
        ("first-come 64", all => FixedPolicy.FirstCome(all, 64)),
    ];

    private readonly Dictionary<int, StandingThreads> _standing = Threads.ToDictionary(count => count, count => new StandingThreads(count));
    private readonly List<IDisposable> _owned = [];

    /// <summary>Those of one model after another, which is loaded when the first of them is asked for. What does not load or is not in the
    /// bundle has one that says so when it is tried.</summary>
    public IEnumerable<Contender> All()
    {
        foreach (Precision precision in run.Precisions)
            foreach (Contender one in OfPadded(precision)) yield return one;
        foreach (Mode mode in run.Modes(run.Served))
            foreach (Contender one in OfPlanned(mode)) yield return one;
    }

    public void Dispose()
    {
        foreach (StandingThreads threads in _standing.Values) threads.Dispose();
        _owned.ForEach(one => one.Dispose());
    }

    private IEnumerable<Contender> OfPadded(Precision precision)
    {
        string model = $"padded {precision.Name()}";
        if (run.Baseline($"teacher-padded-{precision.Name()}") is not { } path) yield break;
        SessionSettings asOthersDo = run.Session with { ProviderDefaults = true };
        Lazy<PaddedModel> session = new(() => Own(new PaddedModel(path, run.Bundle.Identity.Labels.Count, asOthersDo)));
        foreach (int threads in Threads.Where(threads => run.OnGpu || threads == 1))
        {
            foreach ((string policy, Func<int[][], int[][][]> cut) in Padded.Where(one =>
                run.OnGpu || one.Policy.EndsWith("16", StringComparison.Ordinal)))
            {
                int[][][] batches = cut(documents);
                yield return new Contender(model, policy, threads, () => _standing[threads].Clear(session.Value, batches));
            }
        }
    }

    private IEnumerable<Contender> OfPlanned(Mode mode)
    {
        string model = $"{mode.Name} {mode.Precision.Name()}";
        Lazy<IEngine> engine = new(() => Own(run.Open(mode)));
        (string Name, Func<BatchBudget> Most)[] budgets =
        [
            ("the start's budget", () => run.StartBudgets.Of(mode, engine.Value)),
            .. SmallerBudgets.Where(_ => run.OnGpu).Select(
                tokens => ($"{tokens} tokens", new Func<BatchBudget>(() => run.BudgetOf(tokens)))),
        ];
        foreach ((string name, Func<BatchBudget> most) in budgets)
        {
            Lazy<(PackedModel Model, CostModel Costs, BatchBudget Budget)> learned = new(() => Learn(engine.Value, mode, most()));
            foreach (int threads in Threads.Where(threads => run.OnGpu || threads == 1))
            {
                yield return new Contender(model, $"planned to {name}", threads, () => new PlannedServing(
                    learned.Value.Model, learned.Value.Costs, learned.Value.Budget, run.Bundle.Identity.MaxTokens, threads, run.Engines,
                    _standing[threads].Run).Clear(documents, documents.Length));
            }
        }
    }

    private (PackedModel, CostModel, BatchBudget) Learn(IEngine engine, Mode mode, BatchBudget budget)
    {
        PackedModel model = new(engine, budget, ownsEngine: false);
        _owned.Insert(0, model); // before its engine
        CostModel costs = new();
        CostWarmup.Give(costs, engine, mode, budget, run.Clock);
        return (model, costs, budget);
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }
}
