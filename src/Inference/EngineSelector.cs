using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace Sluice.Inference;

/// <summary>
/// The engines of all modes that may be used, as one: from the mode of a batch to the engine that labels in it. All are loaded at the
/// start, so the mode may change with every batch: that loads, allocates and rebuilds nothing. Thread-safe.
/// </summary>
internal sealed class EngineSelector : IEngine
{
    private readonly List<IEngine> _engines = [];
    private readonly Dictionary<Mode, IEngine> _byMode = [];

    /// <summary>Loads each graph that the modes need, once: of a group, the students and heads up to the largest count asked for.</summary>
    /// <param name="bundle">Checked.</param>
    /// <param name="modes">What batches may be run in, at least one.</param>
    /// <param name="options">How they run.</param>
    /// <param name="degraded">Is told of students that fail or are late; null where nobody is.</param>
    /// <param name="strategy">As for <see cref="EngineFactory.Create"/>.</param>
    /// <param name="loaded">Is told of each engine the largest of its modes, and by how many bytes the process's resident memory grew while
    /// it was loaded; null where nobody is.</param>
    /// <exception cref="BundleException">The bundle cannot serve one of the modes; the message says why.</exception>
    /// <exception cref="Onnx.ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public EngineSelector(ModelBundle bundle, IReadOnlyCollection<Mode> modes, EngineOptions options,
        Action<DegradedBatch>? degraded = null, Action<string, string>? strategy = null, Action<Mode, long>? loaded = null)
        : this(bundle, modes, options, (mode, each) => EngineFactory.Create(bundle, mode, each, degraded, strategy), loaded)
    {
    }

    /// <param name="bundle">Checked.</param>
    /// <param name="modes">What batches may be run in, at least one.</param>
    /// <param name="options">How all engines together run.</param>
    /// <param name="create">Makes the engine of a mode, with its share of the GPU's memory.</param>
    /// <param name="loaded">As for the other.</param>
    internal EngineSelector(ModelBundle bundle, IReadOnlyCollection<Mode> modes, EngineOptions options,
        Func<Mode, EngineOptions, IEngine> create, Action<Mode, long>? loaded = null)
    {
        Model = bundle.Identity;
        try
        {
            Mode[] all = Mode.LargestOfEach(modes);
            EngineOptions each = options.SharedOutTo(all.Sum(mode => EngineFactory.SessionsOf(bundle.Manifest, mode, options)));
            foreach (Mode largest in all)
            {
                long before = Environment.WorkingSet;
                Add(create(largest, each));
                loaded?.Invoke(largest, Environment.WorkingSet - before);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Modes = [.. _byMode.Keys];
    }

    public ModelIdentity Model { get; }

    /// <summary>The modes asked for, and fewer students than those of one of them.</summary>
    public IReadOnlyList<Mode> Modes { get; } = [];

    /// <summary>The engine that runs batches of a mode.</summary>
    /// <exception cref="ArgumentException">The mode was not loaded.</exception>
    public IEngine this[Mode mode] => _byMode.TryGetValue(mode, out IEngine? engine) ? engine : throw mode.NotLoaded(Modes);

    public string CostNameOf(Mode mode) => this[mode].CostNameOf(mode);

    /// <inheritdoc/>
    public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink) => this[mode].Run(batch, mode, sink);

    public void Dispose() => _engines.ForEach(engine => engine.Dispose());

    private void Add(IEngine engine)
    {
        _engines.Add(engine);
        foreach (Mode mode in engine.Modes) _byMode.Add(mode, engine);
    }
}
