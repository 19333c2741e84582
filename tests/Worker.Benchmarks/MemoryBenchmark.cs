using Sluice.Worker.Batching;
using Sluice.Worker.Inference;
using Sluice.Worker.Onnx;
using Worker.Benchmarks.Batching;

namespace Worker.Benchmarks;

/// <summary><c>./sluice bench memory</c>: that nothing grows with the variety of lengths seen.</summary>
internal static class MemoryBenchmark
{
    private const int Documents = 200_000, PaddedDocuments = 2_000, Longest = 512, Queue = 64;
    private const double SettledAt = 0.2, MostGrowth = 0.03;
    private static readonly BatchBudget Budget = new(new BatchingOptions().MaxRows, new BatchingOptions().MaxTokens);

    public static Benchmark Create() => new(
        "memory",
        "Resident memory while 200,000 documents of 1 to 512 tokens pass in an adversarial order.",
        "Planned int8 batches through the first two layers of models/mail (so that it takes some twenty minutes on two cores, not two hours), a caller a core, lengths in waves: rising, falling, shortest against longest, random. "
        + "Goal: memory after 20% and at the end differ by less than 3%. Then the padded fp32 graph of the same two layers, as many callers, 2,000 of the same documents in first-come batches of 16: its peak, over what was resident before it was loaded, stands beside ours. --rounds is not used.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        run.Report.AddVersion("onnxruntime", OrtEnvironment.Current.Api.LibraryVersion);
        int labels = bundle.Identity.Labels.Count, cores = Environment.ProcessorCount;
        int[] lengths = Adversarial.Lengths(Documents, Longest);
        List<(double Share, double MiB)> samples;
        PeakMemory ours = new();
        double ourPeak;
        using (PackedStudent model = new(Path.Combine(bundle.Directory, "baseline-student-packed-int8-static.onnx"), labels, Budget))
        {
            samples = Pass(model, lengths, cores, run, cancel);
            ourPeak = ours.AddedMiB();
        }

        double settled = samples.First(sample => sample.Share >= SettledAt).MiB, last = samples[^1].MiB;

        run.Note("padded baseline");
        double padded;
        PeakMemory theirs = new();
        using (PaddedModel model = new(Path.Combine(bundle.Directory, "baseline-student-padded-fp32.onnx"), labels, threads: 1))
        {
            int[][][] batches = [.. lengths.Take(PaddedDocuments).Select(length => new int[length]).Chunk(16)];
            Callers.Clear(model, batches, cores);
            padded = theirs.AddedMiB();
        }

        ReportTable table = run.Report.AddTable("Resident memory, MiB", "documents", "MiB");
        foreach ((double share, double mib) in samples.Where((_, place) => place % 10 == 0)) table.AddRow((int)(share * Documents), Math.Round(mib, 1));
        run.Report.AddTable("Peak of what loading and running a graph added, MiB", "graph", "MiB")
            .AddRow("packed int8, planned, 200,000 documents", Math.Round(ourPeak, 1))
            .AddRow("padded fp32, first-come 16, 2,000 documents", Math.Round(padded, 1));
        run.Report.AddFigureAtMost("growth_from_20_percent_to_end", Math.Abs(last - settled) / settled, "1", MostGrowth);
        run.Report.AddFigure("peak_added_mib", ourPeak, "MiB", null, met: true);
        run.Report.AddFigure("padded_baseline_peak_added_mib", padded, "MiB", null, met: true);
    }

    private static List<(double Share, double MiB)> Pass(PackedStudent model, int[] lengths, int cores, BenchmarkRun run, CancellationToken cancel)
    {
        PlannedQueue<int> waiting = new(4 * Queue, long.MaxValue, Longest, Budget, TimeSpan.FromSeconds(1));
        CostModel costs = new();
        List<(double, double)> samples = [(0, ResidentMiB())];
        object gate = new();
        int came = 0, done = 0;
        Callers.Run(cores, _ =>
        {
            CostClock clock = new(new EngineOptions(), TimeProvider.System);
            using PackedBatch<int> batch = new(Budget);
            int[] ids = new int[Longest];
            float[] logits = new float[Budget.MaxRows * model.Labels];
            while (!cancel.IsCancellationRequested)
            {
                lock (gate)
                {
                    for (; came < lengths.Length && waiting.Count < Queue; came++) waiting.TryAdd(came, lengths[came], TimeSpan.FromTicks(came));
                    if (waiting.Count == 0) return;
                    PlannedBatch planned = waiting.Plan(costs.Current, 1, TimeSpan.Zero);
                    batch.Clear();
                    for (int index = planned.Start; index < planned.End; index++) batch.TryAdd(0, ids.AsSpan(0, lengths[waiting.Take(index)]));
                    long before = done * 100L / lengths.Length;
                    done += batch.Rows;
                    if (done * 100L / lengths.Length > before)
                    {
                        samples.Add(((double)done / lengths.Length, ResidentMiB()));
                        if (samples.Count % 10 == 0) run.Note($"{done:#,##0} documents, {samples[^1].Item2:0} MiB");
                    }
                }

                batch.Seal();
                long began = clock.Now();
                model.Run(batch, logits);
                costs.Observe(batch.Shape, clock.MillisecondsSince(began));
            }
        });
        cancel.ThrowIfCancellationRequested();
        return samples;
    }

    private static double ResidentMiB() => Environment.WorkingSet / (double)(1 << 20);

    /// <summary>The most memory that was resident since this was made, over what was then: proc(5), VmHWM, which a 5 in clear_refs sets back.</summary>
    private sealed class PeakMemory
    {
        private readonly double _before;

        public PeakMemory()
        {
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5");
            _before = ResidentMiB();
        }

        public double AddedMiB()
        {
            string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return (long.Parse(line.AsSpan("VmHWM:".Length).Trim().TrimEnd(" kB"), System.Globalization.CultureInfo.InvariantCulture) / 1024.0) - _before;
        }
    }
}
