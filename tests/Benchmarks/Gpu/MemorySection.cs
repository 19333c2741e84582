using Benchmarks.Batching;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Memory of each mode: with its engine loaded, while its heaviest batches run, and when it is gone again. On a GPU the device's,
/// which all of its processes share; else the process's own.</summary>
internal static class MemorySection
{
    private const int Times = 20, FewTimes = 1;

    public static void Measure(GpuRun run, TimeShare share)
    {
        string what = run.OnGpu ? "The GPU's memory in use by all" : "Resident memory";
        ReportTable table = run.Report.AddTable($"{what}, MiB", "mode", "precision", "before", "loaded", "tokens of the heaviest batches",
            "most while they ran", "without it");
        foreach (Mode mode in run.Precisions.Reverse().SelectMany(run.Modes))
        {
            run.Cancel.ThrowIfCancellationRequested();
            if (!share.Has($"{mode}")) continue;
            long before = Used(run), loaded, most;
            BatchBudget budget;
            using (IEngine engine = run.Open(mode))
            {
                loaded = Used(run);
                budget = run.StartBudgets.Of(mode, engine);
                using PackedModel model = new(engine, budget, ownsEngine: false);
                most = Most(run, model, budget);
            }

            table.AddRow(mode.Name, mode.Precision.Name(), before, loaded, budget.MaxTokens, long.Max(loaded, most), Used(run));
        }

        if (run.OnGpu && NvidiaSmi.ProcessMiB(Environment.ProcessId) is { } own)
            run.Report.AddVersion("this process's own on the GPU at the end", $"{own} MiB");
    }

    /// <summary>What is in use when they have run: what a session has taken it keeps.</summary>
    private static long Most(GpuRun run, PackedModel model, BatchBudget budget)
    {
        int longest = run.Bundle.Identity.MaxTokens, rows = int.Max(1, budget.MaxTokens / longest);
        int[][] heaviest = [.. Enumerable.Repeat(new int[longest], int.Min(rows, budget.MaxRows))];
        for (int time = 0; time < (run.OnGpu ? Times : FewTimes); time++) model.Run(heaviest);
        return Used(run);
    }

    private static long Used(GpuRun run) => run.OnGpu
        ? CudaLibraries.UsedMiB() ?? throw new BenchmarkInputException("CUDA's runtime does not tell the GPU's memory.")
        : Environment.WorkingSet >> 20;
}
