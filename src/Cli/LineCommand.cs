using Sluice.Worker;

namespace Sluice.Cli;

/// <summary>A command that answers lines of standard input with lines on standard output.</summary>
internal static class LineCommand
{
    /// <summary>Answers until the input ends, or nobody reads the answers any more.</summary>
    /// <param name="errors">Where the user is told why it ended before.</param>
    /// <param name="answer">Answers an input on an output; returns whether every line could be answered.</param>
    /// <returns>The program's exit code: 0 when every line could be answered.</returns>
    /// <remarks>Synchronous, so that no handler stands between a signal and the process: a read of standard input cannot be cancelled, and
    /// SIGTERM ends the process as it waits in one.</remarks>
    public static int Run(TextWriter errors, Func<Stream, Stream, bool> answer)
    {
        try
        {
            using Stream input = Console.OpenStandardInput();
            using Stream output = new StandardOutput();
            return answer(input, output) ? 0 : ExitCodes.Failed;
        }
        catch (OutputException e)
        {
            return e.Tell(errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder, a descriptor for writing only, a disk that fails.
            errors.WriteLine($"Standard input cannot be read: {(e.InnerException ?? e).Message}.");
            return ExitCodes.Failed;
        }
    }
}
