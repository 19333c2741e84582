using Sluice.Worker.Configuration;

namespace Sluice.Worker;

/// <summary>What is said of an exception that nobody expected. A cancellation that nobody asked for is one too.</summary>
internal static class UnhandledFault
{
    /// <summary>One line for what the system refuses (files, rights, memory, libraries); for all else, which is a bug, its kind and where
    /// it came from too. Secrets of the settings stand in none of it.</summary>
    /// <param name="failure">What came through.</param>
    /// <param name="args">The whole command line.</param>
    /// <param name="errors">Takes the lines.</param>
    /// <param name="program">What the program is called by who runs it.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(Exception failure, IReadOnlyList<string> args, TextWriter errors, string program = "./sluice")
    {
        Redaction redaction = Redaction.Of(GivenSettings.Of(args));
        if (failure is IOException or UnauthorizedAccessException or OutOfMemoryException or DllNotFoundException)
        {
            errors.WriteLine($"{program} stopped: {redaction.Clean(failure.Message)}");
            return ExitCodes.Failed;
        }

        errors.WriteLine($"{program} met a fault that nobody expected. This is a bug; please report it with these lines:");
        errors.WriteLine(redaction.Clean(failure.ToString()));
        return ExitCodes.Failed;
    }
}
