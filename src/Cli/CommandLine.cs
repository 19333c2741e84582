using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Sluice.Worker;
using Sluice.Worker.Startup;

namespace Sluice.Cli;

/// <summary>The root of <c>./sluice</c>: every command, in the order in which a newcomer meets them.</summary>
internal static class CommandLine
{
    /// <remarks>Not a <see cref="RootCommand"/>: that one takes the assembly's name, and nobody types "Sluice.Worker".</remarks>
    public static Command Create() =>
        new("./sluice", "Labels documents from Kafka topics with a BERT-class model, and commits only what was delivered.")
    {
        new HelpOption
        {
            Action = new ShortHelp(new HelpAction()),
            Description = "Show help; ./sluice COMMAND --help tells all of a command.",
        },
        new VersionOption { Action = new ProductVersion(), Description = "Show the version and the commit that it was built from." },
        DemoCommand.Create(),
        RunCommand.Create(),
        ReadCommand.Create(),
        DlqCommand.Create(),
        ClassifyCommand.Create(),
        TokenizeCommand.Create(),
        EntryCommands.Bench(),
        EntryCommands.Test(),
        EntryCommands.Train(),
        EntryCommands.Setup(),
    };

    /// <remarks>An argument that begins with @ is itself, not a file of arguments: a password may begin so.</remarks>
    public static ParseResult Parse(IReadOnlyList<string> args) =>
        Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs what the arguments ask for; a mistake in them is told in a line or two, without the help's sixty.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="stop">Stops a command as a signal does.</param>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(string[] args, InvocationConfiguration console, CancellationToken stop = default)
    {
        console.EnableDefaultExceptionHandler = false; // it prints an exception as it is, with whatever its message holds
        try
        {
            ParseResult parsed = Parse(args);
            if (parsed.Action is ParseErrorAction) return UsageError.Tell(parsed, console.Error);
            if (parsed.Action is not (HelpAction or ShortHelp) && FileHandles.Fault(NameOf(parsed.CommandResult)) is { } fault)
            {
                await console.Error.WriteLineAsync(fault);
                return ExitCodes.CannotStart;
            }

            return await parsed.InvokeAsync(console, stop);
        }
        catch (Exception e)
        {
            return UnhandledFault.Tell(e, args, console.Error);
        }
    }

    // Of a command below a command the upper one's.
    private static string NameOf(CommandResult result) =>
        result.Parent is CommandResult { Parent: CommandResult } upper ? NameOf(upper) : result.Command.Name;
}
