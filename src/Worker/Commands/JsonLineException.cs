namespace Sluice.Worker.Commands;

/// <summary>A line that cannot be answered; the message is the answer's <c>error</c>.</summary>
internal sealed class JsonLineException(string message) : Exception(message);
