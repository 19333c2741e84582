using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Students;

/// <summary>Labels batches by the first students of a group in one run of one graph, in which their weights are stacked: a launch serves
/// all of them (docs/students.md, "On a GPU", way c).</summary>
/// <remarks>For a GPU, where small batches are expected to wait for launches. Each prefix is a graph of its own; all are loaded at the
/// start. In float32 only. A run gives all of its students or fails. Thread-safe.</remarks>
internal sealed class StackedGroupEngine : IStudentEngine
{
    private readonly GraphEngine[] _prefixes;

    private StackedGroupEngine(GraphEngine[] prefixes) => _prefixes = prefixes;

    public ModelIdentity Model => _prefixes[^1].Model;

    public Mode Mode => _prefixes[^1].Mode;

    public string Strategy => "in one graph of stacked weights";

    /// <summary>
    /// Whether a mode can be run this way, and is worth a trial: on a GPU, in float32, where the bundle has the graph of each prefix.
    /// </summary>
    public static bool IsWorthATrial(Manifest manifest, Mode mode, ExecutionProvider provider) =>
        provider == ExecutionProvider.Cuda && mode is { Kind: ModeKind.Students, Precision: Precision.Fp32 }
        && Enumerable.Range(1, mode.StudentCount).All(count => manifest.HasGraph(GraphRole.Group(count), Precision.Fp32));

    /// <summary>Loads the graphs of the prefixes up to <paramref name="count"/>, of which the bundle has each.</summary>
    /// <exception cref="BundleException">The bundle lacks a graph, or one is no longer the one that was checked.</exception>
    /// <exception cref="ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public static StackedGroupEngine Load(ModelBundle bundle, int count, EngineOptions options)
    {
        var loaded = new List<GraphEngine>();
        try
        {
            for (int prefix = 1; prefix <= count; prefix++) loaded.Add(GraphEngine.Create(bundle, Mode.Students(prefix, Precision.Fp32),
                options));
            return new StackedGroupEngine([.. loaded]);
        }
        catch
        {
            loaded.ForEach(one => one.Dispose());
            throw;
        }
    }

    public BatchOutcome Run(PackedTensors batch, Span<float> logits) => Run(batch, _prefixes.Length, logits);

    public BatchOutcome Run(PackedTensors batch, int count, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _prefixes.Length);
        return _prefixes[count - 1].Run(batch, logits);
    }

    public void Dispose()
    {
        foreach (GraphEngine prefix in _prefixes) prefix.Dispose();
    }
}
