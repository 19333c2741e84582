using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Whether a document gets the same logits in whatever company: alone, with short and with long mates, first and last.</summary>
/// <remarks>On a GPU other sizes of a product are summed in another order, so the bits differ; the label must not.</remarks>
internal static class InvarianceSection
{
    private const int Documents = 100, FewDocuments = 4, ShortMates = 7, ShortTokens = 8, LongMates = 3, MixedMates = 15;
    private const double Fp32Tolerance = 1e-3, Fp16Tolerance = 5e-2; // as for golden logits: our fp32 is told to use no TF32

    public static void Measure(GpuRun run, TimeShare share)
    {
        int[][] golden = [.. GoldenDocument.Read(run.Bundle.Directory).Select(document => document.Ids)];
        ReportTable table = run.Report.AddTable("One document in any company, beside the same alone", "mode", "precision", "company",
            "documents", "largest difference of a logit", "same label, %");
        foreach (Precision precision in run.Precisions.Reverse())
        {
            foreach (Mode mode in run.Modes(precision))
            {
                if (!share.Has($"{mode}")) continue;
                using IEngine engine = run.Open(mode);
                LogitDifference all = default;
                foreach (IGrouping<string, LogitDifference> company in Compare(run, engine, mode, golden, share.Part(0.5)).GroupBy(
                    one => one.Company, one => one.Difference))
                {
                    LogitDifference sum = company.Aggregate((a, b) => a.And(b));
                    table.AddRow(mode.Name, precision.Name(), company.Key, sum.Documents, sum.LargestText, sum.PercentSame);
                    all = all.And(sum);
                }

                if (all.Documents == 0) continue;
                string name = $"invariance_{mode.Name.Replace(":", "_", StringComparison.Ordinal)}_{precision.Name()}";
                run.AddAtMost($"{name}_difference", all.Largest, "logit", precision == Precision.Fp32 ? Fp32Tolerance : Fp16Tolerance);
                run.AddAtLeast($"{name}_same_labels", all.PercentSame, "%", 100);
            }
        }
    }

    /// <summary>The companies in which a document is labelled.</summary>
    /// <param name="document">Its ids.</param>
    /// <param name="others">Ids of others, at least one, whatever their lengths.</param>
    /// <param name="longest">Tokens that a long mate has.</param>
    /// <returns>The company's name, the batch, and where in it the document is.</returns>
    internal static IEnumerable<(string Company, int[][] Batch, int Place)> Companies(int[] document, int[][] others, int longest)
    {
        int[] Cut(int mate, int tokens)
        {
            int[] ids = others[mate % others.Length];
            return [.. Enumerable.Range(0, tokens).Select(place => ids[place % ids.Length])];
        }

        int[][] shortMates = [.. Enumerable.Range(0, ShortMates).Select(mate => Cut(mate, int.Min(ShortTokens, longest)))];
        int[][] longMates = [.. Enumerable.Range(0, LongMates).Select(mate => Cut(mate, longest))];
        int[][] mixed = [.. Enumerable.Range(0, MixedMates).Select(mate => others[mate % others.Length])];
        yield return ("short mates", [.. shortMates, document], ShortMates);
        yield return ("long mates", [.. longMates, document], LongMates);
        yield return ("first of 16", [document, .. mixed], 0);
        yield return ("last of 16", [.. mixed, document], MixedMates);
    }

    private static IEnumerable<(string Company, LogitDifference Difference)> Compare(GpuRun run, IEngine engine, Mode mode, int[][] golden,
        TimeShare share)
    {
        int count = int.Min(golden.Length, run.OnGpu ? Documents : FewDocuments);
        for (int next = 0; next < count && (next == 0 || share.Left > TimeSpan.Zero); next++)
        {
            run.Cancel.ThrowIfCancellationRequested();
            int[] document = golden[next];
            float[] alone = Logits.OfBatch(engine, mode, [document])[0];
            int[][] others = [.. golden[(next + 1)..], .. golden[..(next + 1)]];
            int longest = run.OnGpu ? run.Bundle.Identity.MaxTokens : int.Min(64, run.Bundle.Identity.MaxTokens);
            if (!run.OnGpu) others = [.. others.Where(ids => ids.Length <= 128).DefaultIfEmpty(document)];
            foreach ((string company, int[][] batch, int place) in Companies(document, others, longest))
                yield return (company, LogitDifference.Between([alone], [Logits.OfBatch(engine, mode, batch)[place]]));
        }
    }
}
