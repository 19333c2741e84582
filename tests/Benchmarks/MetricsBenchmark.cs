using Benchmarks.Modes;
using Benchmarks.Monitoring;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Benchmarks;

/// <summary><c>./sluice bench metrics</c>: that whoever watches the worker does not slow it down.</summary>
internal static class MetricsBenchmark
{
    private const int Documents = 512, Slices = 10, DocumentsASecond = 20_000, Partitions = 100;
    private const double MostShare = 0.005;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1), Warm = TimeSpan.FromSeconds(3);

    public static Benchmark Create() => new(
        "metrics",
        "What metrics cost: of each label, of each scrape, and of the running path without a model.",
        $"Processor time of a label's counts and of a scrape, alone; goal: {DocumentsASecond:N0} documents a second, several times what "
        + $"the cheapest mode labels on two cores, and a scrape a second of {Partitions} partitions take at most 0.5% of the cores. "
        + "And the batch step and the infer step on all cores without a model, as in bench modes, a second with metrics and a scrape "
        + "and one without in turns: how much processor time a document takes more there. A third of --rounds.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        MetricsCost metrics = new();
        int rounds = Math.Max(1, run.Rounds / 3), cores = Environment.ProcessorCount;
        int[] partitions = [1, 12, Partitions, 1000];
        Contestant[] pieces =
        [
            new("label, one thread", () => metrics.LabelNs(1)), new("label, a thread a core", () => metrics.LabelNs(cores)),
            .. partitions.Select(count => new Contestant($"scrape of {count} partitions", () => metrics.ScrapeMs(count))),
        ];
        run.Note("labels and scrapes");
        Sample[] costs = InterleavedRounds.Run(run.Rounds, pieces, cancel);
        run.Report.AddTable("Of each label", "threads", "ns of processor time").AddRow(1, costs[0]).AddRow(cores, costs[1]);
        ReportTable scrapes = run.Report.AddTable("Of each scrape", "partitions", "ms of processor time", "bytes");
        for (int place = 0; place < partitions.Length; place++)
            scrapes.AddRow(partitions[place], costs[place + 2], metrics.Scrape(partitions[place]));

        (PathSlice[] without, PathSlice[] with) = Pairs(run, metrics, rounds, cancel);
        Sample more = Sample.Of(with.Zip(without, (on, off) => (1 / on.DocumentsACpuSecond - 1 / off.DocumentsACpuSecond) * 1e9));
        run.Report.AddTable($"The path without a model, {rounds} rounds of {Slices} s each", "what", "documents/s",
                "documents/s of processor time", "ns more a document")
            .AddRow("without metrics", Rates(without, slice => slice.DocumentsASecond),
                Rates(without, slice => slice.DocumentsACpuSecond), "-")
            .AddRow($"with them, and a scrape a second of {Partitions} partitions", Rates(with, slice => slice.DocumentsASecond),
                Rates(with, slice => slice.DocumentsACpuSecond), more);

        double labelNs = Math.Max(costs[0].Median, costs[1].Median), scrapeMs = costs[Array.IndexOf(partitions, Partitions) + 2].Median;
        run.Report.AddFigureAtMost($"share_of_cpu_at_{DocumentsASecond}_documents_a_second",
            ((labelNs * DocumentsASecond / 1e9) + (scrapeMs / 1e3)) / cores, "1", MostShare);
    }

    private static (PathSlice[] Without, PathSlice[] With) Pairs(BenchmarkRun run, MetricsCost metrics, int rounds,
        CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        int[][] mails = [.. Batching.DocumentSet.Mails(bundle.CreateTokenizer(), Documents).Documents];
        using ConstantEngine nothing = new(bundle.Identity, [Mode.Teacher(Precision.Int8)]);
        using ModePath path = new(nothing, bundle.Manifest.Encoder.VocabularySize, mails);
        path.Run(Warm, changing: false, new AllocationCounts());
        PathSlice[][] measured = [new PathSlice[rounds], new PathSlice[rounds]];
        for (int round = 0; round < rounds; round++)
        {
            run.Note($"the path without a model: round {round + 1} of {rounds}");
            for (int turn = 0; turn < 2 * Slices; turn++)
            {
                cancel.ThrowIfCancellationRequested();
                int watched = (turn + 1) / 2 % 2; // no, yes, yes, no: a drift of the machine falls on both
                path.Labelled = watched == 1 ? metrics.Label : null;
                Task scrape = watched == 1 ? Task.Run(() => metrics.Scrape(Partitions), CancellationToken.None) : Task.CompletedTask;
                measured[watched][round] += path.Run(Slice, changing: false, new AllocationCounts());
                scrape.GetAwaiter().GetResult();
            }
        }

        return (measured[0], measured[1]);
    }

    private static Sample Rates(PathSlice[] slices, Func<PathSlice, double> figure) => Sample.Of(slices.Select(figure));
}
