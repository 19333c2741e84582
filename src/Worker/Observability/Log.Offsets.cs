using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of offsets: where reading begins, and what is committed.</summary>
internal static partial class Log
{
    // 200: Kafka
    [LoggerMessage(216, LogLevel.Warning,
        "Where to read {Partitions} from is not known yet: the brokers did not say {Asked} within {Seconds} s ({Reason}). "
            + "It is asked again; nothing of them is skipped, and other partitions are read")]
    public static partial void PositionsUnknown(ILogger logger, string partitions, string asked, int seconds, string reason);

    [LoggerMessage(217, LogLevel.Warning, "Reading {Topic}[{Partition}] begins at {Offset}: the client had no place for it in its log")]
    public static partial void PositionFound(ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(218, LogLevel.Warning,
        "The group takes no offsets of {Partitions}: the brokers do not know them (any more). The others are committed, and these are "
            + "tried again ({Suppressed} more such commits since the last such line)")]
    public static partial void CommitRefused(ILogger logger, string partitions, long suppressed);
}
