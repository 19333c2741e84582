using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;

namespace Sluice.Inference;

/// <summary>
/// From the mode of a batch to the engine that labels in it. All are loaded at the start, so the mode may change with every batch: that
/// loads, allocates and rebuilds nothing. Thread-safe.
/// </summary>
internal sealed class EngineSelector : IDisposable
{
    private readonly Dictionary<(ModeKind Kind, Precision Precision), IEngine> _engines = [];
    private readonly Mode[] _modes;

    /// <summary>Loads each graph that the modes need, once: of a group, the students and heads up to the largest count asked for.</summary>
    /// <param name="bundle">Checked.</param>
    /// <param name="modes">What batches may be run in, at least one.</param>
    /// <param name="options">How they run.</param>
    /// <param name="degraded">Is told of students that fail or are late; null where nobody is.</param>
    /// <exception cref="BundleException">The bundle cannot serve one of the modes; the message says why.</exception>
    /// <exception cref="Onnx.ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public EngineSelector(ModelBundle bundle, IReadOnlyCollection<Mode> modes, EngineOptions options,
        Action<DegradedBatch>? degraded = null)
    {
        _modes = [.. modes];
        try
        {
            foreach (var alike in modes.GroupBy(mode => (mode.Kind, mode.Precision)))
                _engines.Add(alike.Key, EngineFactory.Create(bundle, alike.MaxBy(mode => mode.StudentCount)!, options, degraded));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Labels a sealed batch in a mode and returns when it is done.</summary>
    /// <param name="batch">As for <see cref="IEngine.Run"/>.</param>
    /// <param name="mode">One of those that were loaded, or fewer students than one of them.</param>
    /// <param name="logits">As for <see cref="IEngine.Run"/>.</param>
    /// <exception cref="ArgumentException">The mode was not loaded.</exception>
    public BatchOutcome Run(PackedTensors batch, Mode mode, Span<float> logits)
    {
        if (!_engines.TryGetValue((mode.Kind, mode.Precision), out IEngine? engine) || mode.StudentCount > engine.Mode.StudentCount)
            throw new ArgumentException($"{Named(mode)} is not loaded; {string.Join(", ", _modes.Select(Named))} are.", nameof(mode));
        return engine is IStudentEngine group ? group.Run(batch, mode.StudentCount, logits) : engine.Run(batch, logits);
    }

    public void Dispose()
    {
        foreach (IEngine engine in _engines.Values) engine.Dispose();
    }

    private static string Named(Mode mode) => $"{mode.Name} ({GraphContract.Name(mode.Precision)})";
}
