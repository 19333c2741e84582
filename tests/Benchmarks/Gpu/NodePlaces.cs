using System.Globalization;
using System.Text.Json;

namespace Benchmarks.Gpu;

/// <summary>Where the nodes of one graph ran.</summary>
/// <param name="Node">Its name in the graph.</param>
/// <param name="Operator">Its kind.</param>
/// <param name="Provider">Such as <c>CUDA</c> or <c>CPU</c>.</param>
internal readonly record struct NodePlace(string Node, string Operator, string Provider);

/// <summary>Reads from a trace of ONNX Runtime which provider ran which node.</summary>
internal static class NodePlaces
{
    private const string Kernel = "_kernel_time", Suffix = "ExecutionProvider";

    /// <param name="trace">JSON that <c>EnableProfiling</c> wrote: an array of events; a node's has cat Node, a name that ends with
    /// _kernel_time, args.op_name and args.provider.</param>
    /// <returns>Each node once, in the order of its first run.</returns>
    public static IReadOnlyList<NodePlace> Read(Stream trace)
    {
        using JsonDocument events = JsonDocument.Parse(trace);
        var found = new Dictionary<string, NodePlace>(StringComparer.Ordinal);
        foreach (JsonElement one in events.RootElement.EnumerateArray())
        {
            if (!one.TryGetProperty("cat", out JsonElement category) || category.GetString() != "Node") continue;
            string name = one.GetProperty("name").GetString()!;
            if (!name.EndsWith(Kernel, StringComparison.Ordinal)) continue;
            JsonElement args = one.GetProperty("args");
            if (!args.TryGetProperty("op_name", out JsonElement kind)) continue;
            string node = name[..^Kernel.Length],
                provider = args.TryGetProperty("provider", out JsonElement given) ? given.GetString()! : "unknown";
            found.TryAdd(node, new NodePlace(node, kind.GetString()!, provider.Replace(Suffix, "", StringComparison.Ordinal)));
        }

        return [.. found.Values];
    }

    /// <summary>The nodes that a provider did not run, for people: <c>Gather x2 on CPU (embed, pool)</c>.</summary>
    /// <param name="places">Of one graph.</param>
    /// <param name="provider">The one that should have.</param>
    public static string Elsewhere(IEnumerable<NodePlace> places, string provider)
    {
        const int Named = 3;
        string[] kinds = [.. places.Where(place => place.Provider != provider)
            .GroupBy(place => $"{place.Operator} x{{0}} on {place.Provider}")
            .Select(kind => $"{string.Format(CultureInfo.InvariantCulture, kind.Key, kind.Count())} ({Names(kind)})")];
        return kinds.Length == 0 ? "none" : string.Join("; ", kinds);

        static string Names(IEnumerable<NodePlace> kind) =>
            string.Join(", ", kind.Take(Named).Select(place => place.Node).Concat(kind.Count() > Named ? ["..."] : []));
    }
}
