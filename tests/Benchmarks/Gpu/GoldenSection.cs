using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Logits of the golden documents, beside what the training program gave in fp32.</summary>
internal static class GoldenSection
{
    private const int FewDocuments = 16;
    private const double Fp32Tolerance = 1e-3, Fp16Tolerance = 5e-2, LeastSame = 99.5;

    public static void Measure(GpuRun run, TimeShare share)
    {
        GoldenDocument[] documents = [.. GoldenDocument.Read(run.Bundle.Directory).Take(run.OnGpu ? int.MaxValue : FewDocuments)];
        int[][] ids = [.. documents.Select(document => document.Ids)];
        ReportTable table = run.Report.AddTable("Golden documents: what is calculated here beside the training program's fp32", "mode",
            "precision", "documents", "largest difference of a logit", "same label, %");
        foreach (Mode mode in run.Precisions.Reverse().SelectMany(run.Modes))
        {
            float[]?[] expected = [.. documents.Select(document => document.Of(mode))];
            run.Cancel.ThrowIfCancellationRequested();
            if (expected.Contains(null) || !share.Has($"{mode}")) continue;
            using IEngine engine = run.Open(mode);
            LogitDifference difference = LogitDifference.Between(expected!, Logits.Of(engine, mode, run.Budget, ids));
            table.AddRow(mode.Name, mode.Precision.Name(), difference.Documents, difference.LargestText, difference.PercentSame);
            string name = $"golden_{mode.Name.Replace(":", "_", StringComparison.Ordinal)}_{mode.Precision.Name()}";
            run.AddAtMost($"{name}_difference", difference.Largest, "logit",
                mode.Precision == Precision.Fp32 ? Fp32Tolerance : Fp16Tolerance);
            run.AddAtLeast($"{name}_same_labels", difference.PercentSame, "%", LeastSame);
        }
    }
}
