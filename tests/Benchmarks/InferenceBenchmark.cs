using Benchmarks.Inference;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Benchmarks;

/// <summary><c>./sluice bench inference</c>: the table of docs/results/inference-design.md on this machine.</summary>
internal static class InferenceBenchmark
{
    private const double Tolerance = 0.20;
    private static readonly string[] Roles = ["teacher", "student"];

    public static Benchmark Create() => new(
        "inference",
        "What packing, [CLS]-only last layers, int8 and batching by length are worth, against what is served today.",
        "Runs the baseline graphs of the bundle models/sst2 (or of the folder in SLUICE_MODEL) over 128 documents of 4..128 tokens, "
        + "one thread, in three policies: one by one, 16 in order of arrival, 16 sorted by length. Each ratio is to the padded fp32 "
        + "teacher under its strongest policy on this kind of CPU, and has to be within 20% of the specification's ratio. Shows the share "
        + "of time of each kind of operator. Takes a minute a round or more, so it runs a third of --rounds.",
        (run, cancel) => Task.Run(() => Run(run, cancel), cancel));

    private static void Run(BenchmarkRun run, CancellationToken cancel)
    {
        ModelBundle bundle = Bundle();
        int labels = bundle.Identity.Labels.Count;
        int[][] documents = Documents.Create();
        SpecificationTable specification = SpecificationTable.For(run.Report.Machine.Kind);
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        run.Report.AddVersion("model", $"{bundle.Identity.Id} {bundle.Identity.Version}");
        int rounds = Math.Max(1, run.Rounds / 3);
        run.Note($"{run.Report.Machine.Cpu} is of kind {run.Report.Machine.Kind}: compared with section {specification.Section}; "
            + $"{rounds} rounds of {Documents.Count} documents, mean {documents.Average(d => d.Length):F1} tokens");

        List<(string Role, string Graph, Policy Policy)> cases = [];
        List<Contestant> contestants = [];
        List<MeasuredGraph> graphs = [];
        try
        {
            foreach (string role in Roles)
            {
                foreach ((string name, _) in SpecificationTable.Graphs)
                {
                    bool padded = name.StartsWith("padded", StringComparison.Ordinal);
                    var graph = new MeasuredGraph(FileOf(bundle, role, name), padded, labels, documents);
                    graphs.Add(graph);
                    foreach (Policy policy in Enum.GetValues<Policy>())
                    {
                        cases.Add((role, name, policy));
                        contestants.Add(new Contestant($"{role} {name} {policy}", () => graph.Measure(policy)));
                    }
                }
            }
            Sample[] samples = InterleavedRounds.Run(rounds, contestants, cancel);
            var measured = cases.Zip(samples).ToDictionary(pair => pair.First, pair => pair.Second);
            foreach (string role in Roles)
                AddTables(run.Report, role, measured, specification);
            AddShares(run, bundle, labels, documents);
            AddFigures(run.Report, measured, specification);
        }
        finally
        {
            graphs.ForEach(graph => graph.Dispose());
        }
        run.Report.AddFigureAtMost("allocated_bytes_per_run", AllocatedBytesPerRun(bundle, documents), "B/run", 1200);
    }

    private static void AddTables(BenchmarkReport report, string role, Dictionary<(string, string, Policy), Sample> measured,
        SpecificationTable specification)
    {
        ReportTable times = report.AddTable(
            $"{role}: ms a document, one thread's processor time: median (min..max)", "graph", "one", "fifo16", "sorted16");
        ReportTable ratios = report.AddTable(
            $"{role}: times as fast as the padded fp32 teacher, {specification.Reference}; "
            + $"in brackets what section {specification.Section} found",
            "graph", "one", "fifo16", "sorted16");
        double reference = Reference(measured, specification);
        foreach ((string graph, string title) in SpecificationTable.Graphs)
        {
            times.AddRow(title, measured[(role, graph, Policy.One)], measured[(role, graph, Policy.Fifo16)],
                measured[(role, graph, Policy.Sorted16)]);
            ratios.AddRow([title, .. Enum.GetValues<Policy>().Select(policy =>
                $"{reference / measured[(role, graph, policy)].Median:F2} ({Found(graph, policy)})")]);
        }

        string Found(string graph, Policy policy) =>
            specification.Speedup(role, graph, policy)?.ToString("F2", System.Globalization.CultureInfo.InvariantCulture) ?? "-";
    }

    private static void AddShares(BenchmarkRun run, ModelBundle bundle, int labels, int[][] documents)
    {
        run.Note("tracing operators");
        (string Title, string File, bool Padded)[] traced =
        [
            ("teacher int8", FileOf(bundle, "teacher", "packed-int8-static"), false),
            ("teacher fp32", FileOf(bundle, "teacher", "packed-fp32-cls"), false),
            ("teacher padded fp32", FileOf(bundle, "teacher", SpecificationTable.ReferenceGraph), true),
            ("student int8", FileOf(bundle, "student", "packed-int8-static"), false),
        ];
        Dictionary<string, double>[] shares = [.. traced.Select(graph =>
            OperatorShares.Measure(graph.File, graph.Padded, labels, documents).ToDictionary(pair => pair.Operator, pair => pair.Share))];
        ReportTable table = run.Report.AddTable("Share of time by kind of operator, sorted16, %",
            ["operator", .. traced.Select(graph => graph.Title)]);
        foreach (string kind in shares.SelectMany(share => share.Keys).Distinct().OrderByDescending(kind =>
            shares.Max(share => share.GetValueOrDefault(kind))))
        {
            if (shares.Any(share => share.GetValueOrDefault(kind) >= 0.005))
                table.AddRow([kind, .. shares.Select(share => (object)Math.Round(100 * share.GetValueOrDefault(kind), 1))]);
        }
    }

    private static void AddFigures(BenchmarkReport report, Dictionary<(string Role, string Graph, Policy Policy), Sample> measured,
        SpecificationTable specification)
    {
        double reference = Reference(measured, specification);
        var ratios = measured.Select(pair =>
            (pair.Key, Found: reference / pair.Value.Median,
                Expected: specification.Speedup(pair.Key.Role, pair.Key.Graph, pair.Key.Policy)))
            .Where(ratio => ratio.Expected is not null).Select(ratio =>
                (ratio.Key, ratio.Found, Expected: ratio.Expected!.Value)).ToArray();
        report.AddFigure(
            "ratios_within_20_percent", ratios.Count(ratio => IsNear(ratio.Found, ratio.Expected)) / (double)ratios.Length, "1", 1,
                ratios.All(ratio => IsNear(ratio.Found, ratio.Expected)));
        foreach ((var key, double found, double expected) in ratios)
            report.AddFigure($"speedup_{key.Role}_{key.Graph.Replace('-', '_')}_{key.Policy.ToString().ToLowerInvariant()}", found, "1",
                expected, IsNear(found, expected));
    }

    private static bool IsNear(double found, double expected) => Math.Abs((found / expected) - 1) <= Tolerance;

    private static double Reference(Dictionary<(string, string, Policy), Sample> measured, SpecificationTable specification) =>
        measured[("teacher", SpecificationTable.ReferenceGraph, specification.Reference)].Median;

    /// <summary>Managed bytes that a run of the served engine allocates, once warm.</summary>
    private static double AllocatedBytesPerRun(ModelBundle bundle, int[][] documents)
    {
        using GraphEngine engine = GraphEngine.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions());
        using var batch = new PackedBatch<int>(16, 16 * 128);
        foreach (int[] ids in documents.Take(16))
            batch.TryAdd(0, ids);
        batch.Seal();
        engine.Run(batch.Tensors, engine.Modes[0], DiscardedRows.Instance);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 10; round++)
            engine.Run(batch.Tensors, engine.Modes[0], DiscardedRows.Instance);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 10.0;
    }

    private static ModelBundle Bundle()
    {
        string folder = Environment.GetEnvironmentVariable("SLUICE_MODEL") is { Length: > 0 } given
            ? given
            : Path.Combine(BenchmarkData.RepositoryRoot(), "models", "sst2");
        try
        {
            return ModelBundle.Load(folder);
        }
        catch (BundleException e)
        {
            throw new BenchmarkInputException(e.Message);
        }
    }

    private static string FileOf(ModelBundle bundle, string role, string graph)
    {
        string path = Path.Combine(bundle.Directory, $"baseline-{role}-{graph}.onnx");
        return File.Exists(path)
            ? path
            : throw new BenchmarkInputException($"{path} is missing; this bundle has no baselines. ./sluice train writes them for sst2.");
    }
}
