using Benchmarks.Batching;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;

namespace Benchmarks;

/// <summary><c>./sluice bench memory</c>: that nothing grows with the variety of lengths seen.</summary>
internal static class MemoryBenchmark
{
    private const int AllDocuments = 200_000, PaddedDocuments = 2_000, Longest = 512, Queue = 64;
    private const int SettledAtPercent = 20;
    private const double MostGrowth = 0.03;
    private static readonly Mode Served = Mode.Students(1, Precision.Int8);
    private static readonly BatchBudget Budget = new BatchingOptions().Least;

    public static Benchmark Create() => new(
        "memory",
        "Resident memory while 200,000 documents of 1 to 512 tokens pass in an adversarial order.",
        "Planned batches through models/mail's first student in int8 (two layers; the teacher's twelve would take two hours), as the "
        + "worker serves it: loaded and warmed up, an inference thread a core, ids from all of the vocabulary, lengths in waves: rising, "
        + "falling, shortest against longest, random. Goal: memory after 20% and at the end differ by less than 3%. Then the padded fp32 "
        + "graph of two of the teacher's layers, as many inference threads, the first 2,000 of the same documents in first-come batches of "
        + "16, which takes some minutes: its peak, over what was resident before it was loaded, stands beside ours. --rounds is not used.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel))
    { Documents = AllDocuments };

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        int[] lengths = Adversarial.Lengths(run.Documents, Longest);
        MemoryCourse course = new(lengths.Length, run.Note);
        PeakMemory ours = new();
        double ourPeak;
        using (IEngine engine = EngineFactory.Create(bundle, Served, new EngineOptions()))
        {
            Pass(engine, bundle.Manifest.Encoder.VocabularySize, lengths, course, cancel);
            ourPeak = ours.AddedMiB();
        }

        run.Note("padded baseline");
        int padded = Math.Min(PaddedDocuments, lengths.Length);
        PeakMemory theirs = new();
        string graph = Path.Combine(bundle.Directory, "baseline-student-padded-fp32.onnx");
        using (PaddedModel model = new(graph, bundle.Identity.Labels.Count, threads: 1))
        {
            Random words = new(1);
            int[][][] batches = [.. lengths.Take(padded).Select(length =>
                Words(words, new int[length], bundle.Manifest.Encoder.VocabularySize)).Chunk(16)];
            BatchThreads.Clear(model, batches, Environment.ProcessorCount);
        }

        double theirPeak = theirs.AddedMiB();
        bool all = lengths.Length == AllDocuments;
        string trial = all ? "" : "trial: ";
        course.AddTable(run.Report, trial);
        run.Report.AddTable($"{trial}Peak of what loading and running added, MiB", "what", "MiB")
            .AddRow($"student 1 of mail in int8, packed, planned, {lengths.Length:#,##0} documents", Math.Round(ourPeak, 1))
            .AddRow($"two layers of mail's teacher in fp32, padded, first-come 16, {padded:#,##0} documents", Math.Round(theirPeak, 1));
        if (!all)
        {
            run.Note($"This was a trial of {lengths.Length:#,##0} documents in place of {AllDocuments:#,##0}: "
                + "it has no figures, and its tables are no result.");
            return;
        }

        run.Report.AddFigureAtMost("growth_from_20_percent_to_end", course.GrowthFrom(SettledAtPercent), "1", MostGrowth);
        run.Report.AddFigure("growth_from_start_to_end", course.GrowthFrom(0), "1");
        run.Report.AddFigure("peak_added_mib", ourPeak, "MiB");
        run.Report.AddFigure("padded_baseline_peak_added_mib", theirPeak, "MiB");
    }

    private static void Pass(IEngine engine, int vocabulary, int[] lengths, MemoryCourse course, CancellationToken cancel)
    {
        int threads = Environment.ProcessorCount;
        WaitingQueue<int> waiting = new(4 * Queue, long.MaxValue, Longest, Budget, TimeSpan.FromSeconds(1));
        CostModel costs = new();
        EngineOptions options = new();
        DeviceTurn turn = new(options);
        using MemoryWarmup warmup = new(engine, [Served], vocabulary, Budget, threads, options, turn);
        warmup.Prepare();
        object gate = new();
        int came = 0;
        BatchThreads.Run(threads, thread =>
        {
            ThreadPace own = new(costs);
            CostedEngine costed = new(engine, new CostClock(options, TimeProvider.System), turn);
            using PackedBatch<int> batch = new(Budget);
            int[] ids = new int[Longest];
            Random words = new(thread);
            if (!warmup.Join(batch, cancel)) return;
            lock (gate) course.Begin();
            while (!cancel.IsCancellationRequested)
            {
                batch.Clear();
                lock (gate)
                {
                    for (; came < lengths.Length && waiting.Count < Queue; came++)
                        waiting.TryAdd(came, lengths[came], TimeSpan.FromTicks(came));
                    if (waiting.Count == 0) return;
                    PlannedBatch planned = waiting.Plan(own.Current, 1, TimeSpan.Zero);
                    for (int index = planned.Start; index < planned.End; index++)
                        batch.TryAdd(0, Words(words, ids.AsSpan(0, lengths[waiting.Take(index)]), vocabulary));
                    course.Pass(batch.Rows);
                }

                batch.Seal();
                costed.Run(batch.Tensors, batch.Shape, Served, own, DiscardedRows.Instance);
            }
        });
        warmup.Done.GetAwaiter().GetResult();
        cancel.ThrowIfCancellationRequested();
    }

    private static int[] Words(Random random, int[] document, int vocabulary)
    {
        Words(random, document.AsSpan(), vocabulary);
        return document;
    }

    private static Span<int> Words(Random random, Span<int> document, int vocabulary)
    {
        for (int place = 0; place < document.Length; place++) document[place] = random.Next(vocabulary);
        return document;
    }

    /// <summary>
    /// The most memory that was resident since this was made, over what was then: proc(5), VmHWM, which a 5 in clear_refs sets back.
    /// </summary>
    private sealed class PeakMemory
    {
        private readonly double _before;

        public PeakMemory()
        {
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5");
            _before = MemoryUse.Read().Resident / (double)(1 << 20);
        }

        public double AddedMiB()
        {
            string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return (long.Parse(line.AsSpan("VmHWM:".Length).Trim().TrimEnd(" kB"),
                System.Globalization.CultureInfo.InvariantCulture) / 1024.0) - _before;
        }
    }
}
