using System.Diagnostics;
using System.Text;
using Benchmarks.Texts;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>One text at a time, from its bytes to its label, with nothing else waiting.</summary>
internal static class LatencySection
{
    private const int OfEachKind = 100, FewOfEachKind = 2;
    private const double P50GoalMs = 1.5;

    public static void Measure(GpuRun run, TimeShare share)
    {
        (string Kind, byte[][] Texts)[] kinds = Texts(run);
        ReportTable table = run.Report.AddTable("One text at a time, from bytes to label: ms", "mode", "texts", "count", "p50", "p99");
        foreach (Mode mode in run.Modes(run.Served))
        {
            if (!share.Has($"{mode}")) continue;
            using IEngine engine = run.Open(mode);
            using Classifier classifier = new(run.Bundle, engine, mode);
            List<double> all = [];
            foreach ((string kind, byte[][] texts) in kinds)
            {
                run.Cancel.ThrowIfCancellationRequested();
                double[] ms = [.. Times(classifier, texts, share.Part(0.3))], sorted = [.. ms.Order()];
                table.AddRow(mode.Name, kind, ms.Length, At(sorted, 0.5), At(sorted, 0.99));
                all.AddRange(ms.Take(texts.Length)); // as many of each kind, whatever time allowed
            }

            double[] mix = [.. all.Order()];
            table.AddRow(mode.Name, "all", mix.Length, At(mix, 0.5), At(mix, 0.99));
            string name = $"p50_one_text_{mode.Name.Replace(":", "_", StringComparison.Ordinal)}_{run.Served.Name()}";
            if (mode.Kind is ModeKind.Teacher or ModeKind.Swift) run.AddAtMost(name, At(mix, 0.5), "ms", P50GoalMs);
        }
    }

    /// <summary>Each text once to warm it, then twice.</summary>
    private static IEnumerable<double> Times(Classifier classifier, byte[][] texts, TimeShare share)
    {
        foreach (byte[] text in texts) classifier.Classify(text);
        for (int round = 0; round < 2 && (round == 0 || share.Left > TimeSpan.Zero); round++)
        {
            foreach (byte[] text in texts)
            {
                long began = Stopwatch.GetTimestamp();
                classifier.Classify(text);
                yield return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        }
    }

    private static (string Kind, byte[][] Texts)[] Texts(GpuRun run)
    {
        int count = run.OnGpu ? OfEachKind : FewOfEachKind;
        var tokenizer = run.Bundle.CreateTokenizer();
        return
        [
            ("mails", Bytes(BenchmarkData.Mails().Select(mail => mail.Text))),
            ("sst2", Bytes(run.Asked.Texts.Of(ShortTexts.Sst2Dev, tokenizer))),
            ("agnews", Bytes(run.Asked.Texts.Of(ShortTexts.AgNews, tokenizer))),
        ];

        byte[][] Bytes(IEnumerable<string> texts) => [.. texts.Take(count).Select(Encoding.UTF8.GetBytes)];
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
