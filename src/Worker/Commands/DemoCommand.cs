using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Create() => new("demo", "Labels a real mail stream from topic to topic, on this machine, with nothing to set up.");
}
