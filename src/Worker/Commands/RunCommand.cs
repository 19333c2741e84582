using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice run</c>.</summary>
internal static class RunCommand
{
    public static Command Create() => new("run", "Runs the worker on a Kafka cluster.");
}
