using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Benchmarks.Gpu;

/// <summary>What the machine is, and where the nodes of each served graph run: one that is not on the GPU costs two copies and a wait.
/// </summary>
internal static class MachineSection
{
    private const int Rows = 3;

    public static void Measure(GpuRun run, TimeShare share)
    {
        if (run.OnGpu) AddVersions(run);
        string provider = run.OnGpu ? "CUDA" : "CPU";
        ReportTable table = run.Report.AddTable("Where the nodes of served graphs ran", "graph", "nodes", $"on {provider}", "elsewhere");
        foreach ((string role, Precision precision, int columns) in Graphs(run))
        {
            string name = run.Bundle.GraphName(role, precision);
            run.Cancel.ThrowIfCancellationRequested();
            if (!share.Has(name)) continue;
            try
            {
                IReadOnlyList<NodePlace> places = Profile(run, role, precision, columns);
                table.AddRow(name, places.Count, places.Count(place => place.Provider == provider), NodePlaces.Elsewhere(places, provider));
            }
            catch (Exception fault) when (GpuRun.IsRefusal(fault))
            {
                table.AddRow(name, 0, 0, GpuRun.OneLine(fault));
                run.Report.AddFault($"{name}: {GpuRun.OneLine(fault)}");
            }
        }
    }

    private static void AddVersions(GpuRun run)
    {
        run.Report.AddVersion("gpu", CudaDevice.Find(run.Engines.DeviceId)?.Describe() ?? "the driver does not describe it");
        run.Report.AddVersion("driver", NvidiaSmi.Driver() is { } driver ? $"{driver}, CUDA up to {NvidiaSmi.Cuda() ?? "unknown"}"
            : "nvidia-smi tells nothing here");
        run.Report.AddVersion("cuda", CudaLibraries.Runtime() ?? "unknown");
        run.Report.AddVersion("cudnn", CudaLibraries.Cudnn() ?? "unknown");
        run.Report.AddVersion("TF32 in fp32 products", "not in ours; in the padded graphs as the provider has it by default, which is yes");
    }

    /// <summary>Those that take tokens; a head is one product.</summary>
    private static IEnumerable<(string Role, Precision Precision, int Columns)> Graphs(GpuRun run)
    {
        Manifest manifest = run.Bundle.Manifest;
        int labels = manifest.Labels.Count;
        foreach (Precision precision in run.Precisions.Reverse())
        {
            foreach ((string role, int columns) in new[] { (GraphRole.Teacher, labels), (GraphRole.Swift, labels) }
                .Concat(Enumerable.Range(1, manifest.StudentCount).SelectMany(count => new[]
                {
                    (GraphRole.Student(count), manifest.Encoder.Hidden), (GraphRole.Group(count), labels),
                })))
                if (manifest.HasGraph(role, precision)) yield return (role, precision, columns);
        }
    }

    private static IReadOnlyList<NodePlace> Profile(GpuRun run, string role, Precision precision, int columns)
    {
        string file;
        SessionSettings settings = run.Session with
        {
            ProfilePrefix = Path.Combine(Path.GetTempPath(), $"sluice-places-{Guid.NewGuid():N}"),
        };
        int longest = int.Min(40, run.Bundle.Identity.MaxTokens);
        Session session = ServedGraph.Open(run.Bundle, role, precision, settings);
        using (PackedGraph graph = new(session, columns, new BatchBudget(Rows, Rows * longest)))
        {
            graph.Run([.. Enumerable.Range(0, Rows).Select(row => new int[longest - row])]);
            file = session.EndProfiling();
        }

        try
        {
            using FileStream trace = File.OpenRead(file);
            return NodePlaces.Read(trace);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
