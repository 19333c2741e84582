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
/// start. In floating point only. A run gives all of its students or fails. Thread-safe.</remarks>
internal sealed class StackedGroupEngine : IEngine
{
    /// <summary>How it runs them, as the log says it and learned costs name it.</summary>
    public const string Strategy = "in one graph of stacked weights";

    private readonly GraphEngine[] _prefixes;

    private StackedGroupEngine(GraphEngine[] prefixes) =>
        (_prefixes, Modes) = (prefixes, [.. prefixes.SelectMany(prefix => prefix.Modes)]);

    public ModelIdentity Model => _prefixes[^1].Model;

    public IReadOnlyList<Mode> Modes { get; }

    public string CostNameOf(Mode mode) => $"{mode.Name} {Strategy}";

    /// <summary>
    /// Whether a mode can be run this way, and is worth a trial: on a GPU, where the bundle has the graph of each prefix.
    /// </summary>
    public static bool IsWorthATrial(Manifest manifest, Mode mode, ExecutionProvider provider) =>
        provider == ExecutionProvider.Cuda && mode.Kind == ModeKind.Students
        && Enumerable.Range(1, mode.StudentCount).All(count => manifest.HasGraph(GraphRole.Group(count), mode.Precision));

    /// <summary>Loads the graphs of all prefixes of a mode, of which the bundle has each.</summary>
    /// <exception cref="BundleException">The bundle lacks a graph, or one is no longer the one that was checked.</exception>
    /// <exception cref="ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public static StackedGroupEngine Load(ModelBundle bundle, Mode mode, EngineOptions options)
    {
        var loaded = new List<GraphEngine>();
        try
        {
            for (int prefix = 1; prefix <= mode.StudentCount; prefix++)
                loaded.Add(GraphEngine.Create(bundle, Mode.Students(prefix, mode.Precision), options));
            return new StackedGroupEngine([.. loaded]);
        }
        catch
        {
            loaded.ForEach(one => one.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
    {
        if (mode.StudentCount < 1 || mode.StudentCount > _prefixes.Length) throw mode.NotLoaded(Modes);
        return _prefixes[mode.StudentCount - 1].Run(batch, mode, sink);
    }

    public void Dispose()
    {
        foreach (GraphEngine prefix in _prefixes) prefix.Dispose();
    }
}
