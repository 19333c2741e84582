using Sluice.Worker;

namespace Sluice.Cli;

/// <summary>What a command prints cannot be written.</summary>
/// <param name="cause">Of the stream: an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</param>
internal sealed class OutputException(Exception cause)
    : Exception($"Standard output cannot be written: {(cause.InnerException ?? cause).Message}.", cause)
{
    private const int BrokenPipe = 32; // <asm-generic/errno-base.h>; <sys/errno.h> of macOS has the same

    /// <summary>Tells the user, unless it is only that the reader has read enough.</summary>
    /// <returns>The program's exit code.</returns>
    public int Tell(TextWriter errors)
    {
        if (InnerException!.HResult == BrokenPipe) return ExitCodes.EndedByBrokenPipe;
        errors.WriteLine(Message);
        return ExitCodes.Failed;
    }
}
