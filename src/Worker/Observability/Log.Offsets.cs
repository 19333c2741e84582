using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of offsets: where reading begins, what is committed, how far the end is.</summary>
internal static partial class Log
{
    // 100: the whole. As Progress, where the age of the oldest document that is not finished is known too.
    [LoggerMessage(124, LogLevel.Information,
        "{Documents} documents labelled, {DocumentsPerSecond:0.0}/s, {TokensPerSecond:0} tokens/s, {Rejected} rejected; "
            + "{InFlight} in flight, lag {Lag}, the oldest is {AgeSeconds:0.0} s old")]
    public static partial void ProgressWithAge(ILogger logger, long documents, double documentsPerSecond, double tokensPerSecond,
        long rejected, long inFlight, long lag, double ageSeconds);

    // 200: Kafka
    [LoggerMessage(216, LogLevel.Warning,
        "Where to read {Partitions} from is not known yet: the brokers did not say {Asked} within {Seconds} s ({Reason}). "
            + "It is asked again; nothing of them is skipped, and other partitions are read ({Suppressed} more such answers since the last "
            + "such line)")]
    public static partial void PositionsUnknown(ILogger logger, string partitions, string asked, int seconds, string reason,
        long suppressed);

    [LoggerMessage(217, LogLevel.Warning, "Reading {Topic}[{Partition}] begins at {Offset}: the client had no place for it in its log")]
    public static partial void PositionFound(ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(218, LogLevel.Warning,
        "The group takes no offsets of {Partitions}: the brokers do not know them (any more). The others are committed, and these are "
            + "tried again ({Suppressed} more such commits since the last such line)")]
    public static partial void CommitRefused(ILogger logger, string partitions, long suppressed);

    [LoggerMessage(219, LogLevel.Information,
        "Group {Group} has committed offsets of {Topics}: a partition of these that is assigned without one is new, and is read from its "
            + "beginning")]
    public static partial void TopicsKnown(ILogger logger, string group, string topics);

    [LoggerMessage(220, LogLevel.Warning,
        "The group does not take yet where reading begins; it waits for that, or the next start would skip what comes until then")]
    public static partial void PlacesUncommitted(ILogger logger);

    [LoggerMessage(221, LogLevel.Warning,
        "Reading of {Topic}[{Partition}] goes on at {Offset} by Faults:SkipTo, and not at {From}: what lies between gets neither a label "
            + "nor a dead-letter record. Take the setting out once this is committed")]
    public static partial void Skipped(ILogger logger, string topic, int partition, long from, long offset);

    [LoggerMessage(222, LogLevel.Information,
        "Faults:SkipTo names {Offset} of {Topic}[{Partition}], and reading is at {Place} already: nothing is skipped. Take it out")]
    public static partial void SkipIsOver(ILogger logger, string topic, int partition, long offset, long place);

    [LoggerMessage(223, LogLevel.Warning,
        "Faults:SkipTo names {Offset} of {Topic}[{Partition}], and the brokers do not say where its log ends: nothing is skipped under "
            + "this assignment")]
    public static partial void SkipUnknown(ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(224, LogLevel.Warning,
        "Group {Group} does not take this worker: a member assigns partitions by another partition.assignment.strategy than {Strategy}. It "
            + "is tried again, for {Seconds} s, until that one has left ({Suppressed} more refusals since the last such line)")]
    public static partial void AssignorDiffers(ILogger logger, string group, string strategy, int seconds, long suppressed);

    [LoggerMessage(225, LogLevel.Information, "Group {Group} has taken this worker, after {Seconds} s")]
    public static partial void GroupJoined(ILogger logger, string group, int seconds);
}
