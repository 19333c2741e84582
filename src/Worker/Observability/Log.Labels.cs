using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of labels, and of what they are written with.</summary>
internal static partial class Log
{
    [LoggerMessage(310, LogLevel.Information,
        "No schema registry is used: documents are read as {InputFormat} and labels are written as {OutputFormat}. What is set under "
            + "Sluice:Registry does not matter")]
    public static partial void NoRegistry(ILogger logger, string inputFormat, string outputFormat);
}
