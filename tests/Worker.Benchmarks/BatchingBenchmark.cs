using Sluice.Worker.Batching;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;
using Sluice.Worker.Onnx;
using Worker.Benchmarks.Batching;

namespace Worker.Benchmarks;

/// <summary><c>./sluice bench batching</c>: planned batches of packed graphs against what is served today, on real documents, all cores for each.</summary>
internal static class BatchingBenchmark
{
    private const int Few = 64, Many = 512;
    private const int OpenLoopDocuments = 240;
    private static readonly int[] Queues = [8, 64, 512];
    private static readonly BatchBudget Budget = new(new BatchingOptions().MaxRows, new BatchingOptions().MaxTokens);

    public static Benchmark Create() => new(
        "batching",
        "What planned batches are worth: throughput and latency against padded batches, first come and sorted, on mails, reviews, news and a mix.",
        "Documents: SpamAssassin mails (at most 512 tokens), SST-2 (64), AG News (128) and a third of each. `today` is the teacher as a padded fp32 graph with ONNX Runtime's BERT fusions: one by one, first-come "
        + "8, 16 and 32, sorted 16; `dynamic` the same with dynamic int8; each with the better of one caller with all threads and one single-threaded caller a core. Ours: the packed graphs, one by one, "
        + "first-come to a budget, sorted 16, planned, and an oracle that knows all documents and a measured table of costs. Contestants take turns; a third of --rounds. About seven minutes a round.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        int rounds = Math.Max(1, run.Rounds / 3), cores = Environment.ProcessorCount;
        run.Report.AddVersion("onnxruntime", OrtEnvironment.Current.Api.LibraryVersion);
        run.Report.AddVersion("model", $"{bundle.Identity.Id} {bundle.Identity.Version}");
        DocumentSet[] sets = DocumentSet.All(bundle.CreateTokenizer(), Many);
        run.Note($"{run.Report.Machine.Kind}, {cores} cores; {rounds} rounds; mean tokens: {string.Join(", ", sets.Select(set => $"{set.Name} {set.MeanTokens:0}"))}");
        using var int8 = new PackedModel(Engines.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions()), Budget);
        using var fp32 = new PackedModel(Engines.Create(bundle, Mode.Teacher(Precision.Fp32), new EngineOptions()), Budget);
        DocumentSet mix = sets[^1];
        using Today today = Today.Faster(bundle, "padded-fp32", mix.Documents[..24], run.Note), dynamic = Today.Faster(bundle, "padded-dynamic-int8", mix.Documents[..24], run.Note);
        var costs = new Dictionary<Precision, CostModel> { [Precision.Int8] = Taught(int8), [Precision.Fp32] = Taught(fp32) };
        CostTable table = new(int8, Budget, times: 3);

        PlannedServing planned = new(int8, costs[Precision.Int8], Budget, bundle.Identity.MaxTokens, cores);
        PlannedServing planned32 = new(fp32, costs[Precision.Fp32], Budget, bundle.Identity.MaxTokens, cores);
        var results = new Dictionary<(string Set, string Policy), Sample>();
        var records = new List<(string Set, int Queue, BatchRecord Record)>();
        foreach (DocumentSet set in sets)
        {
            run.Note($"clearing {set.Name}");
            List<Contestant> contestants = [.. FewDocuments(set.Take(Few).Documents, today, dynamic, int8, fp32, planned, planned32, cores), .. AllDocuments(set, int8, planned, table, cores, records)];
            foreach ((Contestant contestant, Sample sample) in contestants.Zip(InterleavedRounds.Run(rounds, contestants, cancel, warmUp: false))) results[(set.Name, contestant.Name)] = sample;
        }

        run.Note("serving Poisson arrivals");
        double capacity = results[("mix", "packed int8, planned, queue 64")].Median;
        var latencies = Latencies(mix.Take(OpenLoopDocuments).Documents, planned, dynamic, capacity);
        BatchingReport report = new(run.Report, results, records, latencies);
        report.AddTables([.. sets.Select(set => set.Name)], planned);
        double operations = mix.Documents.Average(ids => ProductLimit.Operations(bundle.Manifest.Encoder, ids.Length));
        report.AddFigures(planned, results[("mix", "packed int8, planned, queue 512")].Median * operations / ProductLimit.Measure(cores, seconds: 3));
    }

    private static IEnumerable<Contestant> FewDocuments(int[][] documents, Today today, Today dynamic, PackedModel int8, PackedModel fp32, PlannedServing planned, PlannedServing planned32, int cores)
    {
        foreach ((string name, Today padded) in new[] { ("padded fp32", today), ("padded dynamic int8", dynamic) })
        {
            yield return new Contestant($"{name}, one by one", () => padded.Clear(FixedPolicy.One(documents)));
            foreach (int rows in new[] { 8, 16, 32 })
                yield return new Contestant($"{name}, first-come {rows}", () => padded.Clear(FixedPolicy.FirstCome(documents, rows)));
            yield return new Contestant($"{name}, sorted 16", () => padded.Clear(FixedPolicy.Sorted(documents, 16, documents.Length)));
        }

        foreach ((string name, PackedModel packed, PlannedServing serving) in new[] { ("packed fp32", fp32, planned32), ("packed int8", int8, planned) })
        {
            yield return new Contestant($"{name}, one by one", () => Callers.Clear(packed, FixedPolicy.One(documents), cores));
            yield return new Contestant($"{name}, first-come to budget", () => Callers.Clear(packed, FixedPolicy.FirstComeTo(documents, Budget), cores));
            yield return new Contestant($"{name}, sorted 16", () => Callers.Clear(packed, FixedPolicy.Sorted(documents, 16, documents.Length, Budget), cores));
            foreach (int queue in Queues.Take(2))
                yield return new Contestant($"{name}, planned, {documents.Length} documents, queue {queue}", () => serving.Clear(documents, queue));
        }
    }

    /// <summary>The served policies on all documents of a set, where long queues tell.</summary>
    private static IEnumerable<Contestant> AllDocuments(DocumentSet set, PackedModel int8, PlannedServing planned, CostTable table, int cores, List<(string, int, BatchRecord)> records)
    {
        yield return new Contestant("packed int8, one by one, all", () => Callers.Clear(int8, FixedPolicy.One(set.Documents), cores));
        foreach (int queue in Queues)
        {
            yield return new Contestant($"packed int8, planned, queue {queue}", () =>
            {
                double speed = planned.Clear(set.Documents, queue);
                records.Add((set.Name, queue, planned.Books.Read()));
                return speed;
            });
        }

        yield return new Contestant("packed int8, oracle", () => Callers.Clear(int8, table.Plan(set.Documents), cores));
    }

    private static CostModel Taught(PackedModel model)
    {
        CostModel costs = new();
        CostLesson.Give(costs, model.Engine, Budget, new CostClock(new EngineOptions(), TimeProvider.System));
        return costs;
    }

    private static List<LatencyRow> Latencies(int[][] documents, PlannedServing planned, Today dynamic, double capacity)
    {
        List<LatencyRow> rows = [];
        foreach (double load in new[] { 0.3, 0.7, 0.95 })
        {
            double[] arrivals = OpenLoop.Poisson(documents.Length, load * capacity, seed: 7);
            (double[] ours, double[] waits) = planned.Serve(documents, arrivals);
            rows.Add(new LatencyRow("packed int8, planned", load, load * capacity, ours, waits));
            rows.Add(new LatencyRow("padded dynamic int8, one by one", load, load * capacity, dynamic.Serve(documents, arrivals), null));
        }

        return rows;
    }
}
