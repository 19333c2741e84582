using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice classify</c>.</summary>
internal static class ClassifyCommand
{
    public static Command Create() => new("classify", "Labels texts from standard input: JSON lines in, JSON lines out.");
}
