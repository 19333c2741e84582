using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Students;

namespace Sluice.Inference.Warmup;

/// <summary>Finds by measurement which way of running a student group is faster on this machine (docs/students.md, "On a GPU").</summary>
/// <remarks>One batch at a time, of the shapes of <see cref="ReferenceShapes.WarmUpBatches"/>: what several callers do to each other is not
/// in it.</remarks>
internal static class EngineTrial
{
    private const int Times = 4; // the first run of a shape pays for memory and for the choice of kernels: the least of them counts

    /// <summary>Runs the same few batches in each way.</summary>
    /// <param name="ways">At least one, of one model. All but the one returned are disposed; all of them when a run fails.</param>
    /// <param name="clock">Measures a run.</param>
    /// <param name="told">Is told what was measured and which way was taken; null where nobody is.</param>
    /// <returns>The one that needs least time for all batches. One that gives fewer students than asked counts as slowest.</returns>
    public static IStudentEngine Fastest(IReadOnlyList<IStudentEngine> ways, CostClock clock, Action<string, string>? told = null)
    {
        IStudentEngine? fastest = null;
        try
        {
            (IStudentEngine Way, double Ms)[] measured = [.. ways.Select(way => (way, Milliseconds(way, clock))).OrderBy(way => way.Item2)];
            told?.Invoke(string.Join(", ", measured.Select(way => $"{way.Way.Strategy} {way.Ms:0.00} ms")), measured[0].Way.Strategy);
            return fastest = measured[0].Way;
        }
        finally
        {
            foreach (IStudentEngine way in ways.Where(way => way != fastest)) way.Dispose();
        }
    }

    private static double Milliseconds(IStudentEngine engine, CostClock clock)
    {
        int labels = engine.Model.Labels.Count, longest = engine.Model.MaxTokens;
                BatchBudget budget = new(BatchBudget.DefaultRows, int.Max(BatchBudget.DefaultTokens, longest));
        float[] logits = new float[budget.MaxRows * labels];
        double total = 0;
        foreach (PackedBatch<int> batch in ReferenceShapes.WarmUpBatches(longest, budget))
        {
            double least = double.PositiveInfinity;
            for (int time = 0; time < Times; time++)
            {
                long began = clock.Now();
                BatchOutcome outcome = engine.Run(batch.Tensors, logits.AsSpan(0, batch.Rows * labels));
                if (!outcome.Provenance.IsWhole) return double.PositiveInfinity;
                least = double.Min(least, clock.MillisecondsSince(began, outcome.HelpersCpuNs));
            }

            total += least;
        }

        return total;
    }
}
