using Sluice.Inference.Engines;
using Sluice.Inference.Modes;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Faults;

/// <summary>The engine cannot label any more what it has labelled before, so no document is at fault: a GPU that is lost, or memory that
/// somebody else has taken. It ends the worker with <see cref="ExitCodes.EngineLost"/>.</summary>
internal sealed class EngineLostException : Exception
{
    private EngineLostException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Names the device, the mode and the document, why, and the way out.</summary>
    /// <param name="options">How the engine runs.</param>
    /// <param name="mode">In which it failed.</param>
    /// <param name="source">Of the document that it failed on, alone.</param>
    /// <param name="tokens">As many it has.</param>
    /// <param name="cause">What it failed with.</param>
    /// <param name="words">The cause's own, fit to be shown, without a full stop.</param>
    public static EngineLostException Of(EngineOptions options, Mode mode, SourceOffset source, int tokens, Exception cause,
        string words)
    {
        string device = options.IsOnGpu ? $"GPU {options.DeviceId}" : "the CPU", how = $"in mode {mode.Name} ({mode.Precision})";
        return new EngineLostException(
            OutOfMemory.Is(cause)
                ? $"There is no memory on {device} for a document of {tokens} tokens ({source}) {how}, though there was at the start: "
                    + $"{words}. Before the next start {WantOfMemory.WayOut(options)}."
                : $"The engine on {device} labels nothing of {tokens} tokens {how} any more, neither {source} nor a made-up document: "
                    + $"{words}. "
                    + (options.IsOnGpu
                        ? "Only a new process can use that GPU again: look at it (nvidia-smi, the kernel's log), then start anew, or "
                        + $"set {EngineOptions.Section}:{nameof(EngineOptions.Provider)} to Cpu."
                        : "Start anew; where it comes back, look at the machine, and at the model with ./sluice classify."),
            cause);
    }
}
