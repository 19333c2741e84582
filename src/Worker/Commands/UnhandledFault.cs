using Microsoft.Extensions.Configuration;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Commands;

/// <summary>What is said of an exception that no command expected.</summary>
internal static class UnhandledFault
{
    private const int Failed = 1, Interrupted = 130; // 128 + SIGINT, as shells have it

    /// <summary>One line for what the system refuses (files, rights, memory, libraries); for all else, which is a bug, its kind and where it
    /// came from too. Secrets of the settings stand in none of it.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(Exception failure, IReadOnlyList<string> args, TextWriter errors)
    {
        if (failure is OperationCanceledException) return Interrupted;
        Redaction redaction = Redaction.Of(Settings(args));
        if (failure is IOException or UnauthorizedAccessException or OutOfMemoryException or DllNotFoundException)
        {
            errors.WriteLine($"./sluice stopped: {redaction.Clean(failure.Message)}");
            return Failed;
        }

        errors.WriteLine("./sluice met a fault that nobody expected. This is a bug; please report it with these lines:");
        errors.WriteLine(redaction.Clean(failure.ToString()));
        return Failed;
    }

    // As far as they can be read: the fault may lie in them.
    private static IConfigurationRoot Settings(IReadOnlyList<string> args)
    {
        ConfigurationBuilder configuration = new();
        configuration.AddEnvironmentVariables();
        foreach (string arg in args.Where(arg => arg.StartsWith("--", StringComparison.Ordinal) && arg.Contains('=')))
        {
            int equals = arg.IndexOf('=');
            configuration.AddInMemoryCollection([KeyValuePair.Create(CommandLineSettings.WithPrefix(arg[2..equals]),
                (string?)arg[(equals + 1)..])]);
        }

        return configuration.Build();
    }
}
