using Benchmarks.Batching;
using Sluice.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;

namespace Benchmarks;

/// <summary>
/// <c>./sluice bench batching</c>: planned batches of packed graphs against what is served today, on real documents, all cores for each.
/// </summary>
internal static class BatchingBenchmark
{
    private const int Few = 64, FewOfMix = 128, Many = 512, Slice = 64, PairsASlice = 2, PairsWithOracle = 6, LatencyTrials = 3;
    private const string PaddedFp32 = "padded fp32", PaddedDynamic = "padded dynamic int8";
    private static readonly int[] Queues = [8, 64, 512];
    private static readonly int[] FirstComeRows = [8, 16, 32];
    private static readonly BatchBudget Budget = new BatchingOptions().Least;

    public static Benchmark Create() => new(
        "batching",
        "What planned batches are worth: throughput and latency against padded ones, on mails, reviews, news and a mix.",
        "Documents: SpamAssassin mails (at most 512 tokens), SST-2 (64), AG News (128; both from --texts, else made of the mails) and a "
        + "third of each. `today` is the teacher as a padded fp32 graph with ONNX Runtime's BERT fusions: one by one, first-come 8, 16 "
        + "and 32, sorted 16; `dynamic` the same with dynamic int8; each with the better of one run of all threads and one "
        + "single-threaded run a core. Ours: the packed graphs, one by one, first-come to a budget, sorted 16, planned, and an oracle "
        + "that knows all documents and a measured table of costs. Contestants take turns; a third of --rounds. What other processes "
        + "disturbed is measured again. What is close is compared in pairs, one right after the other: planned and one by one in slices "
        + "of 64 documents, planned and the oracle on the whole mix; p99 at 70% of capacities measured just before. About eight minutes a "
        + "round, eight for the pairs and twelve for latencies.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
        int rounds = Math.Max(1, run.Rounds / 3), cores = Environment.ProcessorCount;
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        run.Report.AddVersion("model", $"{bundle.Identity.Id} {bundle.Identity.Version}");
        run.NameTexts();
        DocumentSet[] sets = DocumentSet.All(bundle.CreateTokenizer(), run.Texts, Many);
        string meanTokens = string.Join(", ", sets.Select(set => $"{set.Name} {set.MeanTokens:0}"));
        run.Note($"{run.Report.Machine.Kind}, {cores} cores; {rounds} rounds; mean tokens: {meanTokens}");
        using var int8 = new PackedModel(EngineFactory.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions()), Budget);
        using var fp32 = new PackedModel(EngineFactory.Create(bundle, Mode.Teacher(Precision.Fp32), new EngineOptions()), Budget);
        DocumentSet mix = sets[^1];
        using Today today = Today.Faster(bundle, "padded-fp32", mix.Documents[..24], run.Note);
        (Today dynamic, Today otherDynamic) = Today.Both(bundle, "padded-dynamic-int8", mix.Documents[..24], run.Note);
        using Today ownDynamic = dynamic, ownOther = otherDynamic;
        var costs = new Dictionary<Precision, CostModel> { [Precision.Int8] = Taught(int8), [Precision.Fp32] = Taught(fp32) };
        CostTable table = new(int8, Budget, times: 3);
        Neighbours neighbours = new(attempts: 3, tolerated: 0.04);

        PlannedServing planned = new(int8, costs[Precision.Int8], Budget, bundle.Identity.MaxTokens, cores);
        PlannedServing planned32 = new(fp32, costs[Precision.Fp32], Budget, bundle.Identity.MaxTokens, cores);
        var few = new Dictionary<(string Set, string Policy), Sample>();
        var all = new Dictionary<(string Set, string Policy), Sample>();
        var oneByOne = new Dictionary<(string Set, int Queue), Sample>();
        var records = new List<(string Set, int Queue, BatchTotals Record)>();
        foreach (DocumentSet set in sets)
        {
            run.Note($"clearing {set.Name}, few documents");
            Measure(few, set, FewDocuments(set.Take(set == mix ? FewOfMix : Few).Documents, today, dynamic, int8, fp32, planned,
                planned32, cores));
            run.Note($"clearing {set.Name}, all documents");
            Measure(all, set, [.. AllDocuments(set, int8, planned, table, cores, records), .. set == mix
                ? BestPadded(mix, today, dynamic, few) : []]);
            run.Note($"clearing {set.Name}, planned and one by one in pairs");
            foreach (int queue in Queues.Take(2))
                oneByOne[(set.Name, queue)] = PairedSlices.Ratio(set.Documents, Slice, PairsASlice, slice => planned.Clear(slice, queue),
                    slice => BatchThreads.Clear(int8, FixedPolicy.One(slice), cores), cancel);
        }

        run.Note("clearing the mix, planned and the oracle in pairs");
        int[][][] foreseen = table.Plan(mix.Documents);
        var oracle = Queues[1..].ToDictionary(queue => queue, queue =>
            PairedSlices.Ratio(mix.Documents, mix.Documents.Length, PairsWithOracle, all => planned.Clear(all, queue), _ =>
                BatchThreads.Clear(int8, foreseen, cores), cancel));
        run.Note("running each batch of the mix twice");
        var sameAgain = Queues.ToDictionary(queue => queue, queue => planned.SameAgain(mix.Documents, queue));
        run.Note("serving Poisson arrivals");
        double otherOneByOne = neighbours.Undisturbed(() => otherDynamic.Clear(FixedPolicy.One(mix.Take(FewOfMix).Documents)));
        double slower = all[("mix", PaddedDynamic + ", best")].Median / Padded(PaddedDynamic).Max(policy =>
            few[("mix", policy)].Median); // the whole set against its first documents
        Latencies latencies = new(mix.Documents, planned, all[("mix", "packed int8, planned, queue 64")].Median,
            [.. Rivals(dynamic, otherDynamic, otherOneByOne, policy => few[("mix", policy)].Median, slower)], neighbours);
        LatencyRow[] rows = [.. latencies.Measure()];
        run.Note("serving Poisson arrivals at 70% of capacities measured just before");
        LatencyTrial[] trials = [.. latencies.Try(rows, LatencyTrials)];
        double limit = neighbours.Undisturbed(() => ProductLimit.Measure(cores, seconds: 3));
        BatchingReport report = new(run.Report, new BatchingResults(few, all, oneByOne, oracle, sameAgain, records, rows, trials));
        report.AddTables([.. sets.Select(set => set.Name)], planned, neighbours);
        report.AddFigures(planned, set =>
            all[(set, "packed int8, planned, queue 512")].Median * sets.Single(one => one.Name == set).Documents.Average(ids =>
                ProductLimit.Operations(bundle.Manifest.Encoder, ids.Length)) / limit);

        void Measure(Dictionary<(string, string), Sample> results, DocumentSet set, IEnumerable<Contestant> contestants)
        {
            Contestant[] watched = [.. contestants.Select(one => one with { Measure = () => neighbours.Undisturbed(one.Measure) })];
            foreach ((Contestant contestant, Sample sample) in
                watched.Zip(InterleavedRounds.Run(rounds, watched, cancel, warmUp: false)))
                results[(set.Name, contestant.Name)] = sample;
        }
    }

    private static string[] Padded(string kind) =>
        [$"{kind}, one by one", .. FirstComeRows.Select(rows => $"{kind}, first-come {rows}"), $"{kind}, sorted 16"];

    private static double Clear(Today padded, string policy, int[][] documents) => padded.Clear(BatchesOf(policy, documents));

    private static int[][][] BatchesOf(string policy, int[][] documents) => policy switch
    {
        _ when policy.EndsWith("one by one", StringComparison.Ordinal) => FixedPolicy.One(documents),
        _ when policy.EndsWith("sorted 16", StringComparison.Ordinal) => FixedPolicy.Sorted(documents, 16, documents.Length),
        _ => FixedPolicy.FirstCome(documents,
            int.Parse(policy.AsSpan(policy.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static IEnumerable<Contestant> FewDocuments(int[][] documents, Today today, Today dynamic, PackedModel int8, PackedModel fp32,
        PlannedServing planned, PlannedServing planned32, int cores)
    {
        foreach ((string name, Today padded) in new[] { (PaddedFp32, today), (PaddedDynamic, dynamic) })
        {
            foreach (string policy in Padded(name)) yield return new Contestant(policy, () => Clear(padded, policy, documents));
        }

        foreach ((string name, PackedModel packed, PlannedServing serving) in
            new[] { ("packed fp32", fp32, planned32), ("packed int8", int8, planned) })
        {
            yield return new Contestant($"{name}, one by one", () => BatchThreads.Clear(packed, FixedPolicy.One(documents), cores));
            yield return new Contestant($"{name}, first-come to budget", () =>
                BatchThreads.Clear(packed, FixedPolicy.FirstComeTo(documents, Budget), cores));
            yield return new Contestant($"{name}, sorted 16", () =>
                BatchThreads.Clear(packed, FixedPolicy.Sorted(documents, 16, documents.Length, Budget), cores));
            foreach (int queue in Queues.Take(2))
                yield return new Contestant($"{name}, planned, queue {queue}", () => serving.Clear(documents, queue));
        }
    }

    /// <summary>The served policies on all documents of a set, where long queues tell.</summary>
    private static IEnumerable<Contestant> AllDocuments(DocumentSet set, PackedModel int8, PlannedServing planned, CostTable table,
        int cores, List<(string, int, BatchTotals)> records)
    {
        yield return new Contestant("packed int8, one by one", () => BatchThreads.Clear(int8, FixedPolicy.One(set.Documents), cores));
        foreach (int queue in Queues)
        {
            yield return new Contestant($"packed int8, planned, queue {queue}", () =>
            {
                double speed = planned.Clear(set.Documents, queue);
                records.Add((set.Name, queue, planned.Statistics.Read()));
                return speed;
            });
        }

        yield return new Contestant("packed int8, oracle", () => BatchThreads.Clear(int8, table.Plan(set.Documents), cores));
    }

    /// <summary>Of each padded graph the policy that was best on few documents, on all.</summary>
    private static IEnumerable<Contestant> BestPadded(DocumentSet mix, Today today, Today dynamic, Dictionary<(string Set, string Policy),
        Sample> few)
    {
        foreach ((string kind, Today padded) in new[] { (PaddedFp32, today), (PaddedDynamic, dynamic) })
        {
            string best = Padded(kind).MaxBy(policy => few[(mix.Name, policy)].Median)!;
            yield return new Contestant($"{kind}, best", () => Clear(padded, best, mix.Documents));
        }
    }

    private static IEnumerable<Latencies.Rival> Rivals(Today dynamic, Today other, double otherOneByOne, Func<string, double> capacity,
        double slower)
    {
        static Func<IReadOnlyList<int>, int[]> First(int rows) => FixedPolicy.NextFirstCome(rows);
        Latencies.Rival Of(string policy, Func<int[][], Func<IReadOnlyList<int>, int[]>> next) =>
            new(policy, dynamic, next, documents =>
                dynamic.Clear([.. documents.Chunk(Few).SelectMany(waiting => BatchesOf(policy, waiting))]), slower * capacity(policy));
        yield return Of($"{PaddedDynamic}, one by one", _ => First(1));
        yield return new($"{PaddedDynamic}, one by one, {other.Strategy}", other, _ => First(1), documents =>
            other.Clear(FixedPolicy.One(documents)), slower * otherOneByOne);
        foreach (int rows in FirstComeRows) yield return Of($"{PaddedDynamic}, first-come {rows}", _ => First(rows));
        yield return Of($"{PaddedDynamic}, sorted 16", documents => FixedPolicy.NextSorted(documents, 16));
    }

    private static CostModel Taught(PackedModel model)
    {
        CostModel costs = new();
        CostWarmup.Give(costs, model.Engine, model.Mode, Budget, new CostClock(new EngineOptions(), TimeProvider.System));
        return costs;
    }
}
