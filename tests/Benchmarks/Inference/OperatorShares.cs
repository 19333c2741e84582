using System.Text.Json;

namespace Benchmarks.Inference;

/// <summary>Reads a trace of ONNX Runtime: which part of the time each kind of operator took.</summary>
internal static class OperatorShares
{
    /// <param name="trace">JSON that <c>EnableProfiling</c> wrote: an array of events; an operator's has cat Node, args.op_name and dur in
    /// microseconds.</param>
    /// <returns>Share of the operators' time by kind, largest first; sums to 1.</returns>
    public static IReadOnlyList<(string Operator, double Share)> Read(Stream trace)
    {
        using JsonDocument events = JsonDocument.Parse(trace);
        var microseconds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (JsonElement one in events.RootElement.EnumerateArray())
        {
            if (one.TryGetProperty("cat", out JsonElement category) && category.GetString() == "Node"
                && one.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal)
                && one.GetProperty("args").TryGetProperty("op_name", out JsonElement kind))
            {
                string name = kind.GetString()!;
                microseconds[name] = microseconds.GetValueOrDefault(name) + one.GetProperty("dur").GetDouble();
            }
        }
        double all = microseconds.Values.Sum();
        return [.. microseconds.Select(pair => (pair.Key, pair.Value / all)).OrderByDescending(pair => pair.Item2)];
    }

    /// <summary>Runs a graph under the profiler, over all documents twice, and reads its trace.</summary>
    public static IReadOnlyList<(string Operator, double Share)> Measure(string path, bool padded, int labels, int[][] documents)
    {
        string file;
        using (var graph = new MeasuredGraph(path, padded, labels, documents,
            Path.Combine(Path.GetTempPath(), $"sluice-profile-{Guid.NewGuid():N}")))
        {
            graph.Measure(Policy.Sorted16);
            graph.Measure(Policy.Sorted16);
            file = graph.EndProfiling();
        }
        try
        {
            using FileStream trace = File.OpenRead(file);
            return Read(trace);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
