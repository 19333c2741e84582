using System.Diagnostics;
using Sluice.Inference.Modes;

namespace Benchmarks.Gpu;

/// <summary>The teacher's graph beside its variants in the bundle: another attention, other normalizations. What is clearly faster here and
/// as exact is a candidate to be served.</summary>
internal static class VariantsSection
{
    private const int Rounds = 9, FewRounds = 1, Checked = 64, FewChecked = 3;

    // Rows and tokens of each: one document, a small batch, a full one of short documents and of long ones.
    private static readonly (int Rows, int Tokens)[] Shapes = [(1, 64), (16, 64), (128, 64), (32, 512)];
    private static readonly (int Rows, int Tokens)[] FewShapes = [(1, 16), (4, 16)];

    public static void Measure(GpuRun run, TimeShare share)
    {
        GoldenDocument[] golden = [.. GoldenDocument.Read(run.Bundle.Directory).Where(document => run.OnGpu || document.Ids.Length <= 128)
            .Take(run.OnGpu ? Checked : FewChecked)];
        (int Rows, int Tokens)[] shapes =
            [.. (run.OnGpu ? Shapes : FewShapes).Where(shape => shape.Tokens <= run.Bundle.Identity.MaxTokens)];
        ReportTable table = run.Report.AddTable("The teacher's graph and its variants: milliseconds of a batch of equals",
            ["graph", "largest difference from golden logits", .. shapes.Select(shape => $"{shape.Rows} x {shape.Tokens}")]);
        List<(string Name, PackedGraph Graph, double Difference)> loaded = [];
        try
        {
            foreach (string path in Paths(run))
            {
                string name = Path.GetFileNameWithoutExtension(path);
                run.Cancel.ThrowIfCancellationRequested();
                if (!share.Has(name)) continue;
                try
                {
                    PackedGraph graph = new(path, run.Bundle.Identity.Labels.Count, run.Session, run.Budget);
                    loaded.Add((name, graph, double.NaN));
                    loaded[^1] = (name, graph, Difference(graph, golden));
                }
                catch (Exception fault) when (GpuRun.IsRefusal(fault))
                {
                    if (loaded.RemoveAll(one => one.Name == name && Disposed(one.Graph)) > 0) run.Note($"{name} loads and does not run");
                    table.AddRow([name, $"does not run: {GpuRun.OneLine(fault)}", .. shapes.Select(object (shape) => "-")]);
                }
            }

            AddTimes(run, share, table, loaded, shapes);
        }
        finally
        {
            loaded.ForEach(one => one.Graph.Dispose());
        }
    }

    /// <summary>The served graphs first, then the variants by name.</summary>
    private static IEnumerable<string> Paths(GpuRun run)
    {
        foreach (Precision precision in run.Precisions.Reverse())
        {
            yield return run.Bundle.Graph("teacher", precision);
            foreach (string path in Directory.EnumerateFiles(run.Bundle.Directory, $"baseline-teacher-packed-{precision.Name()}-*.onnx")
                .Order(StringComparer.Ordinal))
                yield return path;
        }
    }

    private static void AddTimes(GpuRun run, TimeShare share, ReportTable table,
        List<(string Name, PackedGraph Graph, double Difference)> loaded, (int Rows, int Tokens)[] shapes)
    {
        if (loaded.Count == 0) return;
        Dictionary<(string, int), Sample> found = [];
        for (int shape = 0; shape < shapes.Length; shape++)
        {
            if (!share.Has($"{shapes[shape].Rows} x {shapes[shape].Tokens}")) continue;
            int[][] batch = [.. Enumerable.Repeat(new int[shapes[shape].Tokens], shapes[shape].Rows)];
            Contestant[] contestants = [.. loaded.Select(one => new Contestant(one.Name, () => Milliseconds(one.Graph, batch)))];
            Sample[] samples = InterleavedRounds.Run(run.OnGpu ? Rounds : FewRounds, contestants, run.Cancel);
            for (int next = 0; next < samples.Length; next++) found[(contestants[next].Name, shape)] = samples[next];
        }

        foreach ((string name, _, double difference) in loaded)
        {
            table.AddRow([name, LogitDifference.Text(difference),
                .. Enumerable.Range(0, shapes.Length).Select(object (shape) =>
                    found.TryGetValue((name, shape), out Sample? sample) ? sample : "-")]);
        }
    }

    private static double Difference(PackedGraph graph, GoldenDocument[] golden) => golden.Length == 0 ? double.NaN
        : golden.Select(document => LogitDifference.Between([document.Logits], graph.Label([document.Ids])).Largest).Max();

    private static double Milliseconds(PackedGraph graph, int[][] batch)
    {
        long began = Stopwatch.GetTimestamp();
        graph.Run(batch);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static bool Disposed(PackedGraph graph)
    {
        graph.Dispose();
        return true;
    }
}
