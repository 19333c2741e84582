using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of documents in envelopes, and of what comes among them.</summary>
internal static partial class Log
{
    [LoggerMessage(320, LogLevel.Information,
        "Passing over {Kind}, which are neither documents nor faults: the first is {Topic}[{Partition}] at {Offset}, "
            + "and this is told once")]
    public static partial void PassedOver(ILogger logger, string kind, string topic, int partition, long offset);
}
