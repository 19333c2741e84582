using System.Diagnostics;
using Benchmarks.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Milliseconds of a batch by rows and length: what the planner has to learn, and what the ways to run a group differ by.
/// </summary>
internal static class ShapesSection
{
    private const int Warm = 2, Times = 7, FewTimes = 1, FewTokens = 512;
    private static readonly int[] Rows = [1, 2, 4, 8, 16, 32, 64, 128, 256], Lengths = [8, 16, 32, 64, 128, 256, 512];

    public static void Measure(GpuRun run, TimeShare share)
    {
        List<(string Name, Func<IEngine> Open)> engines = [($"teacher {run.Served.Name()}", () => run.Open(Mode.Teacher(run.Served)))];
        if (run.Served != Precision.Fp32) engines.Add(("teacher fp32", () => run.Open(Mode.Teacher(Precision.Fp32))));
        Mode[] modes = [.. run.Modes(run.Served)];
        foreach (Mode mode in modes.Where(mode => mode.Kind == ModeKind.Swift))
            engines.Add(($"swift {run.Served.Name()}", () => run.Open(mode)));
        foreach (Mode students in modes.Where(mode => mode.Kind == ModeKind.Students).Take(1))
        {
            foreach ((string strategy, Func<IEngine> open) in run.Strategies(students))
                engines.Add(($"{students.Name} {run.Served.Name()}, {strategy}", open));
        }

        for (int next = 0; next < engines.Count; next++)
        {
            (string name, Func<IEngine> open) = engines[next];
            if (!share.Has(name)) continue;
            try
            {
                Measure(run, name, open, share.Part(1.0 / (engines.Count - next)), share);
            }
            catch (Exception refusal) when (GpuRun.IsRefusal(refusal))
            {
                run.Report.AddFault($"milliseconds of {name}: {GpuRun.OneLine(refusal)}");
            }
        }
    }

    private static void Measure(GpuRun run, string name, Func<IEngine> open, TimeShare part, TimeShare share)
    {
        int most = run.OnGpu ? run.Budget.MaxTokens : FewTokens;
        int[] lengths = [.. Lengths.Where(length => length <= run.Bundle.Identity.MaxTokens)];
        ReportTable table = run.Report.AddTable($"Milliseconds of a batch of equals, median: {name}",
            ["documents", .. lengths.Select(length => $"{length} tokens")]);
        using PackedModel model = new(open(), run.BudgetOf(most));
        foreach (int rows in Rows.Where(rows => rows * lengths[0] <= most))
        {
            if (part.Left == TimeSpan.Zero)
            {
                share.Has($"{name} from {rows} documents on", TimeSpan.MaxValue);
                return;
            }

            object[] cells = [rows, .. lengths.Select(object (length) => "-")];
            for (int column = 0; column < lengths.Length && rows * lengths[column] <= most; column++)
            {
                run.Cancel.ThrowIfCancellationRequested();
                if (part.Left == TimeSpan.Zero) break;
                cells[column + 1] = Median(model, rows, lengths[column], run.OnGpu ? Times : FewTimes);
            }

            table.AddRow(cells);
        }
    }

    private static double Median(PackedModel model, int rows, int length, int times)
    {
        int[][] batch = [.. Enumerable.Repeat(new int[length], rows)];
        double[] ms = new double[times];
        for (int time = -Warm; time < times; time++)
        {
            long began = Stopwatch.GetTimestamp();
            model.Run(batch);
            if (time >= 0) ms[time] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return Sample.Of(ms).Median;
    }
}
