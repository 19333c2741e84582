using Benchmarks.Students;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Labels of the held-out documents: how right, and the same in fp16 as in fp32. Golden documents alone do not tell: nearly all of
/// them have one label.</summary>
internal static class HeldOutSection
{
    private const int FewTokens = 128, FewDocuments = 12;
    private const double LeastSame = 99.5, ToleratedFall = 0.5;
    private static readonly string[] Known = ["mail", "sst2"];

    public static void Measure(GpuRun run, TimeShare share)
    {
        if (!Known.Contains(run.Bundle.Identity.Id) || TestDocuments.Of(run.Bundle, run.Asked.Texts) is not { } all)
        {
            run.Report.AddVersion("held-out documents", "none are known of this bundle");
            return;
        }

        TestDocuments documents = run.OnGpu ? all : Few(all);
        ReportTable table = run.Report.AddTable("Held-out documents", "mode", "precision", "documents", "right, %",
            "right in fp32 by the manifest, %", "same label as fp32 here, %", "the same in the label of least agreement, %");
        var manifest = ManifestAccuracy.Read(run.Bundle.Directory, "fp32", "test");
        foreach (Mode exact in run.Modes(Precision.Fp32))
        {
            int[]? expected = null;
            foreach (Mode mode in run.Precisions.SelectMany(run.Modes).Where(mode => mode.Name == exact.Name))
            {
                run.Cancel.ThrowIfCancellationRequested();
                if (!share.Has($"{mode}")) continue;
                using IEngine engine = run.Open(mode);
                int[] found = [.. Logits.Of(engine, mode, run.Budget, documents.Ids).Select(row => row.IndexOf(row.Max()))];
                expected ??= found;
                double right = Percent(found, documents.Labels), same = Percent(found, expected);
                double least = LeastAgreement(found, expected, documents.Labels), told = manifest[mode.Name].Accuracy;
                table.AddRow(mode.Name, mode.Precision.Name(), found.Length, right, told, same, least);
                string name = $"held_out_{mode.Name.Replace(":", "_", StringComparison.Ordinal)}_{mode.Precision.Name()}";
                run.AddAtLeast($"{name}_right", right, "%", told - ToleratedFall);
                if (mode.Precision != Precision.Fp32) run.AddAtLeast($"{name}_same_labels", same, "%", LeastSame);
            }
        }
    }

    /// <summary>Of the documents of each true label, what share got the same one from both; the least of these, in percent.</summary>
    /// <param name="found">Labels, by document.</param>
    /// <param name="expected">The other's, of the same documents.</param>
    /// <param name="truth">The true ones.</param>
    internal static double LeastAgreement(int[] found, int[] expected, int[] truth) => truth.Distinct().Min(label =>
    {
        int[] of = [.. Enumerable.Range(0, truth.Length).Where(document => truth[document] == label)];
        return 100.0 * of.Count(document => found[document] == expected[document]) / of.Length;
    });

    private static double Percent(int[] found, int[] expected) =>
        100.0 * found.Zip(expected).Count(pair => pair.First == pair.Second) / found.Length;

    /// <summary>As many short ones of each label.</summary>
    private static TestDocuments Few(TestDocuments all)
    {
        int[] labels = [.. all.Labels.Distinct()];
        int[] few = [.. labels.SelectMany(label => Enumerable.Range(0, all.Ids.Length)
            .Where(document => all.Labels[document] == label && all.Ids[document].Length <= FewTokens).Take(FewDocuments / labels.Length))];
        return new TestDocuments([.. few.Select(document => all.Ids[document])], [.. few.Select(document => all.Labels[document])]);
    }
}
