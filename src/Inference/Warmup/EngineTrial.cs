using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Warmup;

/// <summary>Finds by measurement which strategy of running a student group is faster on this machine (docs/students.md, "On a
/// GPU").</summary>
/// <remarks>One batch at a time, of the shapes of <see cref="ReferenceShapes.WarmUpBatches"/>: what several inference threads do to each
/// other is not in it.</remarks>
internal static class EngineTrial
{
    private const int Times = 4; // the first run of a shape pays for memory and for the choice of kernels: the least of them counts

    /// <summary>Runs the same few batches in each strategy.</summary>
    /// <param name="strategies">At least one, of one model, each with what the log calls it. All but the one returned are disposed; all of
    /// them when a run fails.</param>
    /// <param name="mode">The mode to run them in.</param>
    /// <param name="clock">Measures a run.</param>
    /// <param name="told">Is told what was measured and which strategy was taken; null where nobody is.</param>
    /// <returns>The one that needs least time for all batches. One that gives fewer students than asked counts as slowest.</returns>
    public static IEngine Fastest(IReadOnlyList<(string Strategy, IEngine Engine)> strategies, Mode mode, CostClock clock,
        Action<string, string>? told = null)
    {
        IEngine? fastest = null;
        try
        {
            (string Strategy, IEngine Engine, double Ms)[] measured =
                [.. strategies.Select(one => (one.Strategy, one.Engine, Ms: Milliseconds(one.Engine, mode, clock))).OrderBy(one => one.Ms)];
            told?.Invoke(string.Join(", ", measured.Select(one => $"{one.Strategy} {one.Ms:0.00} ms")), measured[0].Strategy);
            return fastest = measured[0].Engine;
        }
        finally
        {
            foreach ((string _, IEngine engine) in strategies.Where(one => one.Engine != fastest)) engine.Dispose();
        }
    }

    private static double Milliseconds(IEngine engine, Mode mode, CostClock clock)
    {
        int longest = engine.Model.MaxTokens;
        BatchBudget budget = new(BatchBudget.DefaultRows, int.Max(BatchBudget.DefaultTokens, longest));
        double total = 0;
        foreach (PackedBatch<int> batch in ReferenceShapes.WarmUpBatches(longest, budget))
        {
            double least = double.PositiveInfinity;
            for (int time = 0; time < Times; time++)
            {
                long began = clock.Now();
                BatchOutcome outcome = engine.Run(batch.Tensors, mode, DiscardedRows.Instance);
                if (!outcome.Provenance.IsWhole) return double.PositiveInfinity;
                least = double.Min(least, clock.MillisecondsSince(began, outcome.HelpersCpuNs));
            }

            total += least;
        }

        return total;
    }
}
