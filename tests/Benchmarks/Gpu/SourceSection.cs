using System.Text;
using Benchmarks.Texts;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>Documents a second through the worker's own steps with texts from memory: what a machine labels where no broker binds.
/// </summary>
internal static class SourceSection
{
    private const double Goal = 20_000;
    private const int OfEachKind = 400, MostDecoders = 12;
    private static readonly int[] Inferers = [1, 2, 4];

    public static void Measure(GpuRun run, TimeShare share)
    {
        byte[][] texts = Mixed(run);
        ReportTable speeds = run.Report.AddTable("From texts in memory to encoded labels, without a broker", "mode", "inference threads",
            "tokenizing threads", "documents/s", "documents a batch");
        ReportTable busy = run.Report.AddTable("The same: what was busy", "mode", "inference threads", "tokenizing threads busy, %",
            "model busy, %", "cores for planning and labels", "cores in all", "what binds");
        foreach (Mode mode in run.Modes(run.Served).OrderBy(Worth))
        {
            if (!share.Has($"{mode}")) continue;
            using IEngine engine = run.Open(mode);
            BatchBudget budget = run.StartBudgets.Of(mode, engine);
            double best = 0;
            foreach (int inferers in Inferers.Where(threads => run.OnGpu || threads == 1))
            {
                TimeSpan each = run.OnGpu ? TimeSpan.FromSeconds(1.5) : TimeSpan.FromSeconds(0.5);
                run.Cancel.ThrowIfCancellationRequested();
                if (!share.Has($"{mode} with {inferers} threads", 1.5 * each)) continue;
                int decoders = int.Clamp(Environment.ProcessorCount - inferers - 1, 1, MostDecoders);
                SourceSlice found;
                using (SourcePath path = new(run, engine, mode, budget, texts, decoders, inferers))
                {
                    path.Run(each / 2);
                    found = path.Run(each);
                }

                best = double.Max(best, found.DocumentsASecond);
                speeds.AddRow(mode.Name, inferers, decoders, found.DocumentsASecond, found.DocumentsABatch);
                busy.AddRow(mode.Name, inferers, 100 * found.TokenizersBusy, 100 * found.ModelBusy, found.OtherCores, found.AllCores,
                    found.Binds);
            }

            if (mode.Kind == ModeKind.Swift && best > 0) run.AddAtLeast("swift_from_memory", best, "documents/s", Goal);
        }
    }

    private static int Worth(Mode mode) => mode.Kind switch
    {
        ModeKind.Swift => 0,
        ModeKind.Teacher => 1,
        _ => 2,
    };

    /// <summary>Mails, reviews and news in turns.</summary>
    private static byte[][] Mixed(GpuRun run)
    {
        var tokenizer = run.Bundle.CreateTokenizer();
        string[] mails = [.. BenchmarkData.Mails().Select(mail => mail.Text)],
            reviews = [.. run.Asked.Texts.Of(ShortTexts.Sst2Dev, tokenizer)],
            news = [.. run.Asked.Texts.Of(ShortTexts.AgNews, tokenizer)];
        return [.. Enumerable.Range(0, OfEachKind).SelectMany(place => new[]
        {
            mails[place % mails.Length], reviews[place % reviews.Length], news[place % news.Length],
        }).Select(Encoding.UTF8.GetBytes)];
    }
}
