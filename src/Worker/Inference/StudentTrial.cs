using Sluice.Worker.Batching;

namespace Sluice.Worker.Inference;

/// <summary>Finds by measurement which way of running a student group is faster on this machine (specs/student-parallelism.md, section 3.2: measure first).</summary>
internal static class StudentTrial
{
    private const int Times = 4; // the first run of a shape pays for memory and for the choice of kernels: the least of them counts

    /// <summary>Runs the same few batches in each way.</summary>
    /// <param name="ways">At least one, of one model. All but the one returned are disposed; all of them when a run fails.</param>
    /// <param name="clock">Measures a run.</param>
    /// <returns>The one that needs least time for all batches.</returns>
    public static IStudentEngine Fastest(IReadOnlyList<IStudentEngine> ways, CostClock clock)
    {
        IStudentEngine? fastest = null;
        try
        {
            return fastest = ways.MinBy(way => Milliseconds(way, clock))!;
        }
        finally
        {
            foreach (IStudentEngine way in ways.Where(way => way != fastest)) way.Dispose();
        }
    }

    private static double Milliseconds(IStudentEngine engine, CostClock clock)
    {
        int longest = engine.Model.MaxTokens;
        BatchBudget budget = new(new BatchingOptions().MaxRows, longest);
        using PackedBatch<int> batch = new(budget);
        float[] logits = new float[budget.MaxRows * engine.Model.Labels.Count];
        int[] ids = new int[longest];
        double total = 0;
        foreach (int[] lengths in ReferenceShapes.WarmUp(longest, budget))
        {
            batch.Clear();
            foreach (int length in lengths) batch.TryAdd(0, ids.AsSpan(0, length));
            batch.Seal();
            double least = double.PositiveInfinity;
            for (int time = 0; time < Times; time++)
            {
                long began = clock.Now();
                BatchOutcome outcome = engine.Run(batch.Tensors, logits.AsSpan(0, batch.Rows * engine.Model.Labels.Count));
                least = double.Min(least, clock.MillisecondsSince(began, outcome.HelpersCpuNs));
            }

            total += least;
        }

        return total;
    }
}
