using Sluice.Worker.Control;

namespace Sluice.Worker.Inference;

/// <summary>From a mode to the engine that labels in it.</summary>
internal static class Engines
{
    /// <exception cref="BundleException">The bundle cannot serve the mode; the message says why.</exception>
    /// <exception cref="Onnx.OrtLibraryException">ONNX Runtime, or the provider asked for, is missing.</exception>
    /// <exception cref="Onnx.OrtException">ONNX Runtime refuses a graph.</exception>
    public static IEngine Create(ModelBundle bundle, Mode mode, EngineOptions options) => mode.Kind switch
    {
        ModeKind.Students => new StudentGroupEngine(
            StudentGroup.Load(bundle, mode.Precision, mode.StudentCount, options), mode.StudentCount, bundle.Manifest.Encoder.MaxPositions, new SideBySide(Environment.ProcessorCount)),
        _ => GraphEngine.Create(bundle, mode, options),
    };
}
