using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <content>What is told of metrics and health.</content>
internal static partial class Log
{
    // 700: metrics and health
    [LoggerMessage(700, LogLevel.Information,
        "Metrics and health are at {Address}, below /metrics, /health/live and /health/ready")]
    public static partial void MonitoringStarted(ILogger logger, string address);

    [LoggerMessage(701, LogLevel.Warning,
        "A request for {Path} could not be answered: {Error} ({Suppressed} more since the last such line). The worker goes on")]
    public static partial void MonitoringFailed(ILogger logger, string path, string error, long suppressed);

    [LoggerMessage(702, LogLevel.Warning, "Not live: {Reasons}")]
    public static partial void NotLive(ILogger logger, string reasons);

    [LoggerMessage(703, LogLevel.Information, "Live again")]
    public static partial void LiveAgain(ILogger logger);

    [LoggerMessage(704, LogLevel.Warning,
        "{Topic}[{Partition}] stands still at {Offset}{Others}: for {Seconds} s nothing of it was finished, and {Backlog} records wait. "
            + "Likely cause: {Cause}. {WayOut}")]
    public static partial void PartitionStandsStill(ILogger logger, string topic, int partition, long offset, string others, int seconds,
        long backlog, string cause, string wayOut);

    [LoggerMessage(705, LogLevel.Information, "No partition stands still any more, after {Seconds} s")]
    public static partial void NothingStandsStill(ILogger logger, int seconds);

    [LoggerMessage(706, LogLevel.Warning,
        "Whether the worker gets on could not be seen: {Error} ({Suppressed} more since the last such line). It is looked at again")]
    public static partial void HealthFailed(ILogger logger, string error, long suppressed);

    [LoggerMessage(707, LogLevel.Warning,
        "Group {Group} has given this worker no partition for {Seconds} s. Likely cause: {Cause}. {WayOut}")]
    public static partial void GroupGivesNothing(ILogger logger, string group, int seconds, string cause, string wayOut);

    [LoggerMessage(708, LogLevel.Warning,
        "The consumer gets nothing of {Partition}, though the brokers answer: it is made anew ({Count} of {Most} times in one standstill)")]
    public static partial void ClientIsRebuilt(ILogger logger, string partition, int count, int most);
}
