using Benchmarks.Batching;
using Benchmarks.Students;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;

namespace Benchmarks;

/// <summary><c>./sluice bench students</c>: what each mode costs and how right it is, from the swift student to the teacher.</summary>
internal static class StudentsBenchmark
{
    /// <summary>The policy that issue and README call the usual one, and what the names of today's policies begin with.</summary>
    internal const string Usual = $"{TodayPrefix}first-come 16", TodayPrefix = "today, ";

    private const int CapacityDocuments = 192, LatencyDocuments = 40;
    private static readonly BatchBudget Budget = new BatchingOptions().Least;
    private static readonly string[] Tasks = ["mail",
        "sst2"]; // what comes second finds its memory in pieces and is a little slower: mail has the goals of speed

    public static Benchmark Create() => new(
        "students",
        "Accuracy, latency and capacity of every mode: swift, one to all students, the teacher.",
        "Accuracy and agreement with the teacher: int8 is counted over the test documents as the worker serves them (sst2's with "
        + "--texts only, else by its manifest); fp32 stands in the bundles' manifests. Latency: one document at a time, all cores "
        + "allowed, against the padded fp32 teacher with ONNX Runtime's fusions. Capacity: documents/s in planned batches, all cores, on "
        + "the mix of `bench batching`, against its best and its usual policy. A third of --rounds.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        string root = Path.Combine(BenchmarkData.RepositoryRoot(), "models");
        ModelBundle[] bundles = [.. Tasks.Select(task => ModelBundle.Load(Path.Combine(root, task))).Where(bundle =>
            bundle.Manifest.StudentCount > 0)];
        ModelBundle mail = bundles.SingleOrDefault(bundle => bundle.Identity.Id == "mail")
            ?? throw new BenchmarkInputException("models/mail has no students; ./sluice train students --task mail trains them.");
        int rounds = Math.Max(1, run.Rounds / 3);
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        run.NameTexts();
        // Mails alone would take longest and tell what the mix tells.
        DocumentSet[] sets = DocumentSet.All(mail.CreateTokenizer(), run.Texts, CapacityDocuments)[1..];
        var accuracies = bundles.ToDictionary(
            bundle => bundle.Identity.Id,
            bundle => (Int8: (IReadOnlyDictionary<string, ModeAccuracy>)Served(run, bundle, cancel),
                Fp32: ManifestAccuracy.Read(bundle.Directory, "fp32", "test")));
        var capacity = new Dictionary<MeasuredMode, double>();
        var latency = new Dictionary<MeasuredMode, double[]>();
        foreach (ModelBundle bundle in bundles)
        {
            DocumentSet[] fitting = [.. sets.Where(set => set.Documents.All(document => document.Length <= bundle.Identity.MaxTokens))];
            Capacities(run, bundle, fitting, rounds, capacity, cancel);
            Latencies(run, bundle, [.. fitting.Where(set => set.Name != DocumentSet.Mix)], rounds, latency, cancel);
        }

        StudentsReport report = new(run.Report, accuracies, capacity, latency);
        report.AddTables();
        report.AddFigures();
        foreach (string line in report.Plots()) run.Note(line);
    }

    private static Dictionary<string, ModeAccuracy> Served(BenchmarkRun run, ModelBundle bundle, CancellationToken cancel)
    {
        if (TestDocuments.Of(bundle, run.Texts) is not { } test)
        {
            run.Report.AddVersion($"{bundle.Identity.Id} int8 accuracy", "the manifest's, since no folder of texts is named");
            return ManifestAccuracy.Read(bundle.Directory, "int8", "test").ToDictionary();
        }

        run.Note($"{bundle.Identity.Id}: labelling the test documents in every mode");
        var given = new Dictionary<string, float[][]>();
        foreach (Mode mode in Modes(bundle).Where(mode => mode.Precision == Precision.Int8))
        {
            cancel.ThrowIfCancellationRequested();
            using IEngine engine = EngineFactory.Create(bundle, mode, new EngineOptions());
            given[mode.Name] = ServedAccuracy.Label(engine, Budget, test);
        }

        return given.ToDictionary(mode => mode.Key, mode => ServedAccuracy.Count(mode.Value, given["teacher"], test.Labels));
    }

    private static void Capacities(BenchmarkRun run, ModelBundle bundle, DocumentSet[] sets, int rounds, Dictionary<MeasuredMode,
        double> found, CancellationToken cancel)
    {
        int cores = Environment.ProcessorCount;
        var owned = new List<IDisposable>();
        try
        {
            var served = new List<(string Name, PlannedServing Serving)>();
            foreach (Mode mode in Modes(bundle))
            {
                PackedModel model = Own(new PackedModel(EngineFactory.Create(bundle, mode, new EngineOptions()), Budget));
                CostModel costs = new();
                CostWarmup.Give(costs, model.Engine, model.Mode, Budget, new CostClock(new EngineOptions(), TimeProvider.System));
                served.Add((Label(mode), new PlannedServing(model, costs, Budget, bundle.Identity.MaxTokens, cores)));
            }

            foreach (DocumentSet set in sets)
            {
                run.Note($"{bundle.Identity.Id}: capacity on {set.Name}");
                List<Contestant> contestants = [.. served.Select(mode =>
                    new Contestant(mode.Name, () => mode.Serving.Clear(set.Documents, 64)))];
                if (set.Name == DocumentSet.Mix)
                {
                    int[][] few = set.Take(48).Documents;
                    Today today = Own(Today.Faster(bundle, "padded-fp32", few[..16], run.Note));
                    contestants.Add(new Contestant($"{TodayPrefix}one by one", () => today.Clear(FixedPolicy.One(few))));
                    contestants.Add(new Contestant($"{TodayPrefix}sorted 16", () => today.Clear(FixedPolicy.Sorted(few, 16, few.Length))));
                    contestants.Add(new Contestant($"{TodayPrefix}first-come 8", () => today.Clear(FixedPolicy.FirstCome(few, 8))));
                    contestants.Add(new Contestant(Usual, () => today.Clear(FixedPolicy.FirstCome(few, 16))));
                }

                foreach ((Contestant contestant, Sample sample) in
                    contestants.Zip(InterleavedRounds.Run(rounds, contestants, cancel, warmUp: false)))
                    found[new(bundle.Identity.Id, set.Name, contestant.Name)] = sample.Median;
            }
        }
        finally
        {
            owned.ForEach(one => one.Dispose());
        }

        T Own<T>(T one)
            where T : IDisposable
        {
            owned.Add(one);
            return one;
        }
    }

    private static void Latencies(BenchmarkRun run, ModelBundle bundle, DocumentSet[] sets, int rounds, Dictionary<MeasuredMode,
        double[]> found, CancellationToken cancel)
    {
        int cores = Environment.ProcessorCount, labels = bundle.Identity.Labels.Count;
        EngineOptions wide = new() { IntraOpThreads = cores, Spinning = true };
        string padded = Path.Combine(bundle.Directory, "baseline-teacher-padded-fp32.onnx");
        foreach (DocumentSet set in sets)
        {
            run.Note($"{bundle.Identity.Id}: latency on {set.Name}");
            int[][] documents = set.Take(LatencyDocuments).Documents;
            // One at a time, not in turns: the spinning threads of one session would take the other's cores.
            Add("today, padded fp32", () => new PaddedModel(padded, labels, cores));
            foreach (Mode mode in Modes(bundle).Where(mode => mode.Precision == Precision.Int8))
            {
                Add(Label(mode), () => new PackedModel(EngineFactory.Create(bundle, mode, mode.Kind == ModeKind.Students
                    ? new EngineOptions() : wide), Budget));
                if (mode.Kind == ModeKind.Students) Add($"{Label(mode)}, one after another on all cores", () =>
                    new PackedModel(Sequential(bundle, mode, wide), Budget));
            }

            void Add(string name, Func<IServedModel> create)
            {
                using IServedModel model = create();
                found[new(bundle.Identity.Id, set.Name, name)] = Latency.Measure([model], documents, rounds, cancel)[0];
            }
        }
    }

    private static StudentGroupEngine Sequential(ModelBundle bundle, Mode mode, EngineOptions options) =>
        new(StudentGroup.Load(bundle, mode.Precision, mode.StudentCount, options),
            bundle.Manifest.Encoder.MaxPositions, new HelperThreads(1));

    private static IEnumerable<Mode> Modes(ModelBundle bundle)
    {
        foreach (Precision precision in new[] { Precision.Int8, Precision.Fp32 })
        {
            if (bundle.Manifest.HasSwift) yield return Mode.Swift(precision);
            for (int count = 1; count <= bundle.Manifest.StudentCount; count++) yield return Mode.Students(count, precision);
            yield return Mode.Teacher(precision);
        }
    }

    internal static string Label(Mode mode) => mode.Precision == Precision.Int8 ? mode.Name : $"{mode.Name} fp32";
}
