using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Where reading begins of a partition that the group has no usable offset of: <c>auto.offset.reset</c>.</summary>
internal enum OffsetReset
{
    Earliest,
    Latest,
    Error,
}

/// <summary>Reads <c>auto.offset.reset</c> as librdkafka does, and says what librdkafka is given.</summary>
internal static class OffsetResets
{
    private const string Name = "auto.offset.reset";

    /// <summary>What is set, in any of librdkafka's words (CONFIGURATION.md).</summary>
    public static OffsetReset Of(KafkaOptions options) =>
        ClientSettings.Find(options, Name)?.ToUpperInvariant() switch
        {
            "LATEST" or "LARGEST" or "END" => OffsetReset.Latest,
            "ERROR" => OffsetReset.Error,
            _ => OffsetReset.Earliest,
        };

    /// <summary>librdkafka resets by itself only to the beginning, where nothing can be skipped. Else it tells, and the worker, which knows
    /// new partitions from new groups, decides.</summary>
    public static void Set(Dictionary<string, string> settings, OffsetReset reset) =>
        settings[Name] = reset == OffsetReset.Earliest ? "earliest" : "error";

    /// <summary>The client tells that it has no place to read a partition from.</summary>
    public static bool IsWanted(ErrorCode code) => code is ErrorCode.Local_AutoOffsetReset or ErrorCode.Local_LogTruncation;
}
