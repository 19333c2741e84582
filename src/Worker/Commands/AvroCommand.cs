using System.CommandLine;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice avro</c>.</summary>
internal static class AvroCommand
{
    public static Command Create() => new("avro", "Decodes, encodes and checks Avro payloads and schemas: JSON lines in, JSON lines out.");
}
