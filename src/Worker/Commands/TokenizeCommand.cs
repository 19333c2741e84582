using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice tokenize</c>.</summary>
internal static class TokenizeCommand
{
    public static Command Create() => new("tokenize", "Splits texts into WordPiece tokens: JSON lines in, JSON lines out.");
}
