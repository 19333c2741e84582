using System.Diagnostics;
using Benchmarks.Batching;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
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

    private int _passes = 1;

    public string Name => $"{Model}, {Policy}";

    /// <summary>Seconds that a measurement takes, known once it was tried.</summary>
    public double Seconds { get; private set; }

    /// <summary>Warms it by one pass, and measures another, by which it knows how many passes are a measurement.</summary>
    public double Try()
    {
        Clear();
        long began = Stopwatch.GetTimestamp();
        double speed = Clear();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
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
    private static readonly int[] Threads = [1, 2, 4], Budgets = [16_384, 4_096, 65_536];
    private static readonly (string Policy, Func<int[][], int[][][]> Cut)[] Padded =
    [
        ("first-come 16", all => FixedPolicy.FirstCome(all, 16)),
        ("sorted 64", all => FixedPolicy.Sorted(all, 64, all.Length)),
        ("sorted 16", all => FixedPolicy.Sorted(all, 16, all.Length)),
        ("sorted 256", all => FixedPolicy.Sorted(all, 256, all.Length)),
        ("first-come 64", all => FixedPolicy.FirstCome(all, 64)),
    ];

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

    public void Dispose() => _owned.ForEach(one => one.Dispose());

    private IEnumerable<Contender> OfPadded(Precision precision)
    {
        string model = $"padded {precision.Name()}";
        if (run.Baseline($"teacher-padded-{precision.Name()}") is not { } path) yield break;
        Lazy<PaddedModel> session = new(() => Own(new PaddedModel(path, run.Bundle.Identity.Labels.Count, run.Session)));
        foreach (int threads in Threads.Where(threads => run.OnGpu || threads == 1))
        {
            foreach ((string policy, Func<int[][], int[][][]> cut) in Padded.Where(one =>
                run.OnGpu || one.Policy.EndsWith("16", StringComparison.Ordinal)))
                yield return new Contender(model, policy, threads, () => BatchThreads.Clear(session.Value, cut(documents), threads));
        }
    }

    private IEnumerable<Contender> OfPlanned(Mode mode)
    {
        string model = $"{mode.Name} {mode.Precision.Name()}";
        Lazy<IEngine> engine = new(() => Own(run.Open(mode)));
        BatchBudget[] budgets = run.OnGpu ? [.. Budgets.Select(run.BudgetOf)] : [run.Budget];
        foreach (BatchBudget budget in budgets)
        {
            Lazy<(PackedModel Model, CostModel Costs)> learned = new(() => Learn(engine.Value, mode, budget));
            foreach (int threads in Threads.Where(threads => run.OnGpu || threads == 1))
            {
                yield return new Contender(model, $"planned to {budget.MaxTokens} tokens", threads, () => new PlannedServing(
                    learned.Value.Model, learned.Value.Costs, budget, run.Bundle.Identity.MaxTokens, threads, run.Engines)
                    .Clear(documents, documents.Length));
            }
        }
    }

    private (PackedModel, CostModel) Learn(IEngine engine, Mode mode, BatchBudget budget)
    {
        PackedModel model = new(engine, budget, ownsEngine: false);
        _owned.Insert(0, model); // before its engine
        CostModel costs = new();
        CostWarmup.Give(costs, engine, mode, budget, run.Clock);
        return (model, costs);
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }
}
