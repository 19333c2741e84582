using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sluice.Worker.Commands;

/// <summary>What is wrong with the arguments of <c>./sluice</c>, in few lines, and where help is.</summary>
internal static class UsageError
{
    private const int ExitCode = 1;

    /// <returns>The exit code.</returns>
    public static int Tell(ParseResult parsed, TextWriter errors)
    {
        Command command = parsed.CommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } unknown)
        {
            string? nearest = NearestName.Of(unknown, command.Subcommands.Select(c => c.Name));
            errors.WriteLine($"There is no command '{unknown}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
        }
        else if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            errors.WriteLine($"{path} needs a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.");
        }
        else
        {
            foreach (ParseError error in parsed.Errors) errors.WriteLine(error.Message);
        }

        errors.WriteLine($"See {path} --help.");
        return ExitCode;
    }

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
