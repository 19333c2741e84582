using System.Diagnostics;
using System.Text;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Warmup;

/// <summary>
/// Teaches a cost model that knows nothing yet, by running a few batches of made-up documents: a second or so, once for each machine and
/// model.
/// </summary>
internal static class CostWarmup
{
    // The first run of a shape pays for memory that the later ones find, so two of three are learned from. One would be too few: a model
    // that takes 64 tokens has nine shapes, and costs are judged from the eleventh batch on.
    private const int Times = 3;

    /// <summary>
    /// Where an engine's costs are measured: they mean nothing on another CPU or GPU, with another runtime or attention, or for other
    /// weights.
    /// </summary>
    public static CostFingerprint OriginOf(ModelBundle bundle, EngineOptions options)
    {
        string machine = options.Provider switch
        {
            ExecutionProvider.Cuda => OfGpu(CudaDevice.Find(options.DeviceId), options.DeviceId, CpuName()),
            ExecutionProvider.Cpu => $"{CpuName()}, {Environment.ProcessorCount} cores, {options.IntraOpThreads} threads a run, "
                + $"{(AttentionKernel.IsSupported ? "our" : "ONNX Runtime's")} attention",
            _ => throw new UnreachableException($"Provider {options.Provider} has no name. This is a bug."),
        };
        Manifest manifest = bundle.Manifest;
        IEnumerable<string> graphs = manifest.Graphs.Values.SelectMany(role => role.Values).Order(StringComparer.Ordinal).Select(file =>
            manifest.Files[file].Sha256);
        string hash = Convert.ToHexStringLower(Sha256.Of(Encoding.ASCII.GetBytes(string.Concat(graphs))))[..16];
        return new CostFingerprint(machine, OnnxEnvironment.Version, $"{manifest.Id} {manifest.Version} {hash}");
    }

    /// <summary>Warms up the costs of one mode, while nobody else runs the engine; nothing when its costs are trusted already.</summary>
    /// <returns>Batches that were run.</returns>
    public static int Give(CostModel costs, IEngine engine, Mode mode, BatchBudget budget, CostClock clock)
    {
        if (costs.Current.IsTrusted) return 0;
        CostedEngine costed = new(engine, clock, DeviceTurn.Alone);
        ThreadPace own = new(costs);
        int run = 0;
        foreach (PackedBatch<int> batch in ReferenceShapes.WarmUpBatches(engine.Model.MaxTokens, budget))
        {
            for (int again = 0; again < Times; again++)
            {
                costed.Run(batch.Tensors, batch.Shape, mode, own, DiscardedRows.Instance, learn: again > 0);
                run++;
            }
        }

        return run;
    }

    /// <summary>A GPU and the CPU that launches its kernels, by which small batches are bound.</summary>
    /// <param name="device">Null where the driver does not say: then by its number, which is better than nothing.</param>
    /// <param name="number">From 0.</param>
    /// <param name="cpu">Its name.</param>
    internal static string OfGpu(CudaDevice? device, int number, string cpu) => $"{device?.Describe() ?? $"GPU {number}"} of {cpu}";

    private static string CpuName()
    {
        const string Name = "model name";
        if (!File.Exists("/proc/cpuinfo")) return System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? "unknown CPU" : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
