using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of the partitions that labels and dead-letter records go to.</summary>
internal static partial class Log
{
    // 430: partitions
    [LoggerMessage(430, LogLevel.Information,
        "What is made of records of '{InputTopic}' goes to the partition of '{Topic}' that has their partition's number: both topics have "
            + "{Partitions} partitions")]
    public static partial void PartitionOfSource(ILogger logger, string inputTopic, string topic, int partitions);

    [LoggerMessage(431, LogLevel.Information,
        "What is made of records of '{InputTopic}' ({InputPartitions} partitions) goes to the partition of '{Topic}' ({Partitions}) that "
            + "its key says: their numbers of partitions differ")]
    public static partial void PartitionOfKey(ILogger logger, string inputTopic, int inputPartitions, string topic, int partitions);
}
