using Microsoft.Extensions.Logging;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Startup;

/// <summary>Opens ONNX Runtime's sessions of the mode that serves, and tells which attention they run with. Owns the engine.</summary>
internal sealed class SessionsStep(ModelOptions model, EngineOptions options, StudentWarning students, Redaction redaction,
    ILogger<SessionsStep> logger) : IDisposable
{
    private IEngine? _engine;

    /// <summary>Called once.</summary>
    /// <returns>The engine, which lives until this step is disposed.</returns>
    /// <exception cref="BundleException">The bundle cannot serve the mode.</exception>
    /// <exception cref="ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="ArenaLimitException">The arena may not grow as far as the model needs.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public IEngine Open(ModelBundle bundle)
    {
        OnnxEnvironment.LogSink = (_, message) => Log.OnnxRuntime(logger,
            ForeignText.OneLine(redaction.Clean(message), ForeignText.Message));
        _engine = ArenaLimit.Within(options, () => EngineFactory.Create(bundle, model.ServedMode, options, students.Add,
            (measured, strategy) => Log.StudentWay(logger, measured, strategy)));
        Tell(_engine);
        return _engine;
    }

    public void Dispose() => _engine?.Dispose();

    private void Tell(IEngine engine)
    {
        ModelIdentity identity = engine.Model;
        bool kernel = engine.Mode.Precision == Precision.Int8 && options.Provider == ExecutionProvider.Cpu;
        string attention = kernel ? AttentionKernel.Description : "ONNX Runtime's";
        Log.ModelLoaded(logger, identity.Id, identity.Version, engine.Mode.Name, engine.Mode.Precision, identity.MaxTokens,
            string.Join(", ", identity.Labels), attention);
        if (kernel && AttentionKernel.Shortfall is { } shortfall)
            Log.NoKernel(logger, AttentionKernel.Damage is null ? LogLevel.Information : LogLevel.Warning, shortfall);
    }
}
