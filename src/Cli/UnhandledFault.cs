using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary>What is said of an exception that no command expected.</summary>
internal static class UnhandledFault
{
    /// <summary>One line for what the system refuses (files, rights, memory, libraries); for all else, which is a bug, its kind and where
    /// it came from too. Secrets of the settings stand in none of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(Exception failure, IReadOnlyList<string> args, TextWriter errors)
    {
        if (failure is OperationCanceledException) return ExitCodes.Interrupted;
        Redaction redaction = Redaction.Of(GivenSettings.Of(args));
        if (failure is IOException or UnauthorizedAccessException or OutOfMemoryException or DllNotFoundException)
        {
            errors.WriteLine($"./sluice stopped: {redaction.Clean(failure.Message)}");
            return ExitCodes.Failed;
        }

        errors.WriteLine("./sluice met a fault that nobody expected. This is a bug; please report it with these lines:");
        errors.WriteLine(redaction.Clean(failure.ToString()));
        return ExitCodes.Failed;
    }
}
