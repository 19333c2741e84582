using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Startup;

/// <summary>Opens ONNX Runtime's sessions of all modes that may serve, and tells which attention they run with. Owns the engine.</summary>
internal sealed class SessionsStep(ModelOptions model, EngineOptions options, TimeProvider time, Redaction redaction,
    ILogger<SessionsStep> logger) : IDisposable
{
    /// <summary>Least time between two lines about students that did not come through.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly RepeatedWarning _degraded = new(time, Quiet);
    private EngineSelector? _engine;
    private Action<OrtLoggingLevel, string>? _logSink;

    /// <summary>Called once.</summary>
    /// <returns>The engine, which lives until this step is disposed.</returns>
    /// <exception cref="BundleException">The bundle cannot serve one of the modes.</exception>
    /// <exception cref="ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="ArenaLimitException">The arena may not grow as far as the model needs.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public EngineSelector Open(ModelBundle bundle)
    {
        OnnxEnvironment.LogSink = _logSink = (_, message) => Log.OnnxRuntime(logger,
            ForeignText.OneLine(redaction.Clean(message), ForeignText.Message));
        _engine = ArenaLimit.Within(options, () => new EngineSelector(bundle, model.UsableModes, options, TellDegraded,
            (measured, strategy) => Log.StudentStrategy(logger, measured, strategy),
            (mode, bytes) => Log.ModeLoaded(logger, mode.Name, mode.Precision, bytes >> 20)));
        Tell(_engine);
        return _engine;
    }

    /// <summary>
    /// Logs a batch that fewer students answered than were asked: the first at once, then one each <see cref="Quiet"/> with the number
    /// suppressed. Thread-safe. Each label says in any case how many students made it.
    /// </summary>
    public void TellDegraded(DegradedBatch batch)
    {
        if (_degraded.ShouldLog(out long suppressed))
            Log.StudentMissing(logger, batch.Used + 1, batch.Asked, batch.Rows, batch.Tokens, batch.Cause.Message.TrimEnd('.'),
                batch.Used, suppressed);
    }

    public void Dispose()
    {
        _engine?.Dispose();
        // The logger goes with the host; another host of the process may have put its own there since.
        if (_logSink is not null && OnnxEnvironment.LogSink == _logSink) OnnxEnvironment.LogSink = null;
    }

    private void Tell(EngineSelector engine)
    {
        ModelIdentity identity = engine.Model;
        Mode mode = model.ServedMode;
        bool kernel = mode.Precision == Precision.Int8 && options.Provider == ExecutionProvider.Cpu;
        string attention = kernel ? AttentionKernel.Description : "ONNX Runtime's";
        Log.ModelLoaded(logger, identity.Id, identity.Version, mode.Name, mode.Precision, identity.MaxTokens,
            string.Join(", ", identity.Labels), attention);
        if (kernel && AttentionKernel.Shortfall is { } shortfall)
            Log.NoKernel(logger, AttentionKernel.Damage is null ? LogLevel.Information : LogLevel.Warning, shortfall);
    }
}
