using BenchmarkDotNet.Attributes;
using Sluice.Inference.Batching;

namespace Benchmarks;

/// <summary>
/// What it takes to decide on a batch: planning over all that waits, the whole decision, and learning from the batch's time.
/// </summary>
public class PlannerMicroBenchmark
{
    private static readonly BatchBudget Budget = new(64, 512);
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(200);

    private readonly CostModel _model = new();
    private BatchCost _cost;
    private BatchBudget _budget;
    private int[] _lengths = [];
    private PlanWorkspace _workspace = new(1);
    private WaitingWindow _window = new(1);
    private LengthBuffer<int> _buffer = new(1, 1, 1);
    private BatchChooser _chooser = new(Budget, Bound);

    /// <summary>Documents waiting; lengths lognormal with median 40, clipped to 4..512.</summary>
    [Params(8, 64, 512)]
    public int Waiting { get; set; }

    /// <summary>
    /// Where a longer mate costs attention nothing (our kernel) or little (a GPU), batches are extended as far as the budget goes: the
    /// planner's worst case.
    /// </summary>
    [Params("kernel", "padding cpu", "gpu")]
    public string Machine { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        (_cost, _budget) = Machine switch
        {
            "kernel" => (new BatchCost(0.3, 0.2, 0.07, 0, 1.3e-4), Budget),
            "padding cpu" => (new BatchCost(0.3, 0.2, 0.07, 1.3e-4, 0), Budget),
            _ => (new BatchCost(1, 0, 0.002, 1e-7, 0), new BatchBudget(64, 32_768)),
        };
        Random random = new(1);
        _lengths = [.. Enumerable.Range(0, Waiting).Select(_ => Length(random)).Order()];
        _workspace = new PlanWorkspace(Waiting);
        _window = new WaitingWindow(Waiting);
        _buffer = new LengthBuffer<int>(Waiting, long.MaxValue, 512);
        _chooser = new BatchChooser(_budget, Bound);
        foreach (int length in _lengths) _buffer.TryAdd(0, length, TimeSpan.FromMilliseconds(random.Next(20)));
        foreach (BatchShape shape in ReferenceShapes.All) _model.Observe(shape, _cost.Predict(shape));
    }

    [Benchmark]
    public int Plan() => BatchPlanner.Plan(_lengths, _budget, _cost, _workspace).Batches.Length;

    /// <summary>View, plan, choose; nothing is taken, so each call sees the same queue.</summary>
    [Benchmark]
    public int Decide()
    {
        _buffer.View(_window);
        return _chooser.Next(_window, new CostSnapshot(_cost, 0.03, 1000, true), 2, TimeSpan.FromMilliseconds(30)).Shape.Rows;
    }

    [Benchmark]
    public double Learn()
    {
        _model.Observe(BatchShape.Of(36, 44, 56, 64), 20);
        return _model.Current.MeanError;
    }

    private static int Length(Random random)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (int)Math.Clamp(40 * Math.Exp(0.9 * normal), 4, 512);
    }
}
