using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Pipeline;

/// <summary>Counts runs of the model that fail and tells of them: the first at once, then one each <see cref="Quiet"/> with the number
/// suppressed. Thread-safe.</summary>
internal sealed class FailedRuns(EngineOptions engine, PipelineProgress progress, Redaction redaction, TimeProvider time,
    ILogger<FailedRuns> logger)
{
    /// <summary>Least time between two lines about it.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private const int MaxCauseChars = 500; // of a dead-letter record's message, which has others' words beside ours

    private readonly RepeatedWarning _warning = new(time, Quiet);

    /// <summary>A run failed.</summary>
    /// <param name="shape">Of what was run.</param>
    /// <param name="mode">In which.</param>
    /// <param name="cause">What it failed with.</param>
    public void Tell(BatchShape shape, Mode mode, Exception cause)
    {
        progress.RunFailed();
        if (!_warning.ShouldLog(out long suppressed)) return;
        string wayOut = OutOfMemory.Is(cause) ? $". Where this goes on, {WantOfMemory.WayOut(engine)}" : "";
        Log.RunFailed(logger, shape.Rows, shape.Tokens, mode.Name, mode.Precision, Shown(cause, ForeignText.Message), suppressed, wayOut);
    }

    /// <summary>Why a document gets no label on which the engine failed alone, though it labels others.</summary>
    /// <param name="mode">In which.</param>
    /// <param name="tokens">Of the document.</param>
    /// <param name="cause">What it failed with.</param>
    public Rejection RejectionOf(Mode mode, int tokens, Exception cause) => new(RejectionReason.RunFailed,
        $"the model fails in mode {mode.Name} ({mode.Precision}) on this document of {tokens} tokens, alone and each of three times, and "
            + $"labels others (its value is not kept so long; its source offset leads to it): {Shown(cause, MaxCauseChars)}");

    /// <summary>What ends the worker where the engine is at fault.</summary>
    /// <param name="mode">In which.</param>
    /// <param name="item">The document on which it was found.</param>
    /// <param name="cause">What the engine failed with.</param>
    public EngineLostException Lost(Mode mode, WorkItem item, Exception cause) =>
        EngineLostException.Of(engine, mode, item.Envelope.Source, item.Tokens, cause, Shown(cause, ForeignText.Message));

    private string Shown(Exception cause, int longest) => ForeignText.OneLine(redaction.Clean(Cuda.Words(cause)), longest);
}
