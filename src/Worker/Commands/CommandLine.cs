using System.CommandLine;
using System.CommandLine.Help;

namespace Sluice.Worker.Commands;

/// <summary>The root of <c>./sluice</c>: every command, in the order in which a newcomer meets them.</summary>
internal static class CommandLine
{
    /// <remarks>Not a <see cref="RootCommand"/>: that one takes the assembly's name, and nobody types "Sluice.Worker".</remarks>
    public static Command Create() => new("./sluice", "Labels documents from Kafka topics with a BERT-class model, and commits only what was delivered.")
    {
        new HelpOption(),
        new VersionOption(),
        DemoCommand.Create(),
        RunCommand.Create(),
        ClassifyCommand.Create(),
        TokenizeCommand.Create(),
        AvroCommand.Create(),
        EntryCommands.Bench(),
        EntryCommands.Test(),
        EntryCommands.Train(),
        EntryCommands.Setup(),
    };
}
