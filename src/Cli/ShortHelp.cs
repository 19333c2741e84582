using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sluice.Cli;

/// <summary>Help whose list of commands has one line for each: the first of its description. A command's own help is whole.</summary>
internal sealed class ShortHelp(HelpAction whole) : SynchronousCommandLineAction
{
    /// <remarks>Shortens the commands in place: the program ends after its help.</remarks>
    public override int Invoke(ParseResult parseResult)
    {
        foreach (Command command in parseResult.CommandResult.Command.Subcommands)
        {
            command.Description = command.Description?.Split('\n')[0].TrimEnd('\r');
            foreach (Argument argument in command.Arguments) argument.Hidden = true;
        }

        return whole.Invoke(parseResult);
    }
}
