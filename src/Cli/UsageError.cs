using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary>What is wrong with the arguments of <c>./sluice</c>, in few lines, and where help is.</summary>
internal static class UsageError
{
    /// <returns>The exit code.</returns>
    public static int Tell(ParseResult parsed, TextWriter errors)
    {
        Command command = parsed.CommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } unknown)
        {
            string[] names = [.. command.Subcommands.Select(c => c.Name)];
            errors.WriteLine(NearestName.Of(unknown, names) is { } nearest
                ? $"There is no command '{unknown}'. Did you mean '{nearest}'?"
                : $"There is no such command; {path} has {string.Join(", ", names)}.");
        }
        else if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            errors.WriteLine($"{path} needs a command: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.");
        }
        else
        {
            foreach (ParseError error in parsed.Errors) errors.WriteLine(WithoutValues(error, parsed));
        }

        errors.WriteLine($"See {path} --help.");
        return ExitCodes.Failed;
    }

    // The parser's messages quote arguments, and an argument may be a password that was put beside its option. What stands where an option
    // takes a word or a number is shown as far as it looks like one.
    private static string WithoutValues(ParseError error, ParseResult parsed)
    {
        string message = error.Message;
        string[]? words = error.SymbolResult is OptionResult { Option: { } option }
            ? [.. option.GetCompletions(CompletionContext.Empty).Select(word => word.Label)]
            : null;
        IEnumerable<string> arguments = parsed.Tokens.Where(token => token.Type == TokenType.Argument).Select(token => token.Value);
        foreach (string value in arguments.Concat(parsed.UnmatchedTokens).Where(value => value.Length > 0)
            .OrderByDescending(value => value.Length))
        {
            string shown = words is null ? Shown.Argument(value) : Shown.Misread(value, words);
            message = message.Replace($"'{value}'", shown, StringComparison.Ordinal);
        }

        return message;
    }

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent
        ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
