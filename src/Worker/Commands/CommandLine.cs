using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary>The root of <c>./sluice</c>: every command, in the order in which a newcomer meets them.</summary>
internal static class CommandLine
{
    public static RootCommand Create() => new("Labels documents from Kafka topics with a BERT-class model, and commits only what was delivered.")
    {
        DemoCommand.Create(),
        RunCommand.Create(),
        ClassifyCommand.Create(),
        TokenizeCommand.Create(),
        AvroCommand.Create(),
    };
}
