using Benchmarks.Modes;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Benchmarks;

/// <summary><c>./sluice bench modes</c>: that a change of mode between batches costs nothing.</summary>
internal static class ModesBenchmark
{
    private const int Documents = 512, Slices = 10;
    private const double LeastShare = 0.99;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1), Warm = TimeSpan.FromSeconds(5);

    public static Benchmark Create() => new(
        "modes",
        "What it costs to change the mode a hundred times a second, between batches of the running path.",
        "The batch step and the infer step on all cores, with mails that always wait and labels that are only counted. "
        + "Throughput: two modes that run the same graphs (mail's first student in int8), so that nothing differs but the change;"
        + " a second with one mode and a second with changes in turns, ten of each a round: 1,000 changes in 10 s. Compared are "
        + "documents for the process's processor time, which neighbours hardly move; those for the time that passes stand beside "
        + "them. Goal: at least 0.99, and no more bytes allocated by the median batch. The same without a model, between four modes "
        + "that differ: bytes of the path alone. A third of --rounds.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        int[][] mails = [.. Batching.DocumentSet.Mails(bundle.CreateTokenizer(), Documents).Documents];
        int rounds = Math.Max(1, run.Rounds / 3), vocabulary = bundle.Manifest.Encoder.VocabularySize;
        Mode student = Mode.Students(1, Precision.Int8), twin = Mode.Swift(Precision.Int8);
        using TwinModes model = new(EngineFactory.Create(bundle, student, new EngineOptions()), student, twin);
        (PathSlice[] kept, PathSlice[] changed, int bytes, int bytesChanging) = Measure("mail's first student", model);
        using ConstantEngine nothing = new(bundle.Identity,
            [student, twin, Mode.Teacher(Precision.Int8), Mode.Teacher(Precision.Fp32)]);
        (PathSlice[] keptAlone, PathSlice[] changedAlone, int bytesAlone, int bytesChangingAlone) = Measure("no model", nothing);

        ReportTable table = run.Report.AddTable($"{rounds} rounds of {Slices} s each", "what", "changes/s", "documents/s",
            "documents/s of processor time", "bytes of the median batch");
        AddRow("mail's first student, one mode", kept, bytes);
        AddRow("mail's first student, changing between two modes", changed, bytesChanging);
        AddRow("no model, one mode", keptAlone, bytesAlone);
        AddRow("no model, changing between four modes", changedAlone, bytesChangingAlone);

        Sample ratio = Ratio(kept, changed, slice => slice.DocumentsACpuSecond);
        run.Report.AddTable("Changing over one mode, round by round", "what", "for processor time", "for time that passes")
            .AddRow("mail's first student", ratio, Ratio(kept, changed, slice => slice.DocumentsASecond))
            .AddRow("no model", Ratio(keptAlone, changedAlone, slice => slice.DocumentsACpuSecond),
                Ratio(keptAlone, changedAlone, slice => slice.DocumentsASecond));
        run.Report.AddFigureAtLeast("throughput_of_1000_changes_in_10_s_over_one_mode", ratio.Median, "1", LeastShare);
        run.Report.AddFigureAtMost("allocated_changing", bytesChanging, "B/batch", bytes);
        run.Report.AddFigureAtMost("allocated_changing_no_model", bytesChangingAlone, "B/batch", bytesAlone);

        (PathSlice[] Kept, PathSlice[] Changed, int Bytes, int BytesChanging) Measure(string name, IEngine engine)
        {
            using ModePath path = new(engine, vocabulary, mails);
            path.Run(Warm, changing: true, new AllocationCounts());
            AllocationCounts[] allocated = [new(), new()];
            PathSlice[][] measured = [new PathSlice[rounds], new PathSlice[rounds]];
            for (int round = 0; round < rounds; round++)
            {
                run.Note($"{name}: round {round + 1} of {rounds}");
                for (int turn = 0; turn < 2 * Slices; turn++)
                {
                    cancel.ThrowIfCancellationRequested();
                    int changing = (turn + 1) / 2 % 2; // no, yes, yes, no: a drift of the machine falls on both
                    measured[changing][round] += path.Run(Slice, changing == 1, allocated[changing]);
                }
            }

            return (measured[0], measured[1], allocated[0].Median, allocated[1].Median);
        }

        void AddRow(string what, PathSlice[] slices, int medianBytes)
        {
            PathSlice sum = slices.Aggregate((a, b) => a + b);
            table.AddRow(what, Math.Round(sum.Changes / sum.Seconds), Sample.Of(slices.Select(slice => slice.DocumentsASecond)),
                Sample.Of(slices.Select(slice => slice.DocumentsACpuSecond)), medianBytes);
        }
    }

    private static Sample Ratio(PathSlice[] kept, PathSlice[] changed, Func<PathSlice, double> figure) =>
        Sample.Of(changed.Select(figure)).Over(Sample.Of(kept.Select(figure)));
}
