using Microsoft.Extensions.Logging;
using Sluice.Worker.Control;

namespace Sluice.Worker.Diagnostics;

/// <summary>Every line that the worker logs, grouped by step; ids in ranges of 100. Never a payload, a key or a header.</summary>
internal static partial class Log
{
    // 100: the whole
    [LoggerMessage(107, LogLevel.Warning, "ONNX Runtime: {Message}")]
    public static partial void OnnxRuntime(ILogger logger, string message);

    [LoggerMessage(100, LogLevel.Information, "Model {ModelId} {ModelVersion} ({Precision}) is loaded; at most {MaxTokens} tokens a document, labels: {Labels}")]
    public static partial void ModelLoaded(ILogger logger, string modelId, string modelVersion, Precision precision, int maxTokens, IReadOnlyList<string> labels);

    [LoggerMessage(101, LogLevel.Information, "Reading {InputTopics} as group {GroupId}; labels go to {OutputTopic}, what cannot be read to {DeadLetterTopic}; {DecodeWorkers} decode workers, {InferenceCallers} inference callers")]
    public static partial void Started(ILogger logger, string[] inputTopics, string groupId, string outputTopic, string deadLetterTopic, int decodeWorkers, int inferenceCallers);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Documents} documents are on their way")]
    public static partial void Draining(ILogger logger, long documents);

    [LoggerMessage(103, LogLevel.Information, "Stopped: everything that was read is delivered and committed")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "Stopped: everything that was read is delivered, but the last offsets could not be committed; their documents will be labelled again")]
    public static partial void DrainedUncommitted(ILogger logger);

    [LoggerMessage(104, LogLevel.Warning, "Stopped after {DrainTimeout}: {Documents} documents were not delivered in time and will be read again")]
    public static partial void DrainTimedOut(ILogger logger, TimeSpan drainTimeout, long documents);

    [LoggerMessage(105, LogLevel.Critical, "The {Step} step failed, the worker stops; nothing is committed beyond what was delivered")]
    public static partial void StepFailed(ILogger logger, string step, Exception exception);

    // 200: Kafka
    [LoggerMessage(200, LogLevel.Information, "Assigned: {Partitions}")]
    public static partial void PartitionsAssigned(ILogger logger, string partitions);

    [LoggerMessage(201, LogLevel.Information, "Revoked: {Partitions}")]
    public static partial void PartitionsRevoked(ILogger logger, string partitions);

    [LoggerMessage(202, LogLevel.Warning, "Lost: {Partitions}; what was on its way will be labelled again by their new owner")]
    public static partial void PartitionsLost(ILogger logger, string partitions);

    [LoggerMessage(208, LogLevel.Warning, "Reading is paused: {Records} records were read that are not committed, though most may be delivered; the oldest of a partition is stuck")]
    public static partial void ReadingAhead(ILogger logger, int records);

    [LoggerMessage(203, LogLevel.Information, "Reading is paused at {Documents} documents, {Tokens} tokens and {Bytes} bytes on their way")]
    public static partial void ReadingPaused(ILogger logger, long documents, long tokens, long bytes);

    [LoggerMessage(204, LogLevel.Information, "Reading goes on")]
    public static partial void ReadingResumed(ILogger logger);

    [LoggerMessage(205, LogLevel.Warning, "Reading {Topic} failed with {Code}: {Reason}; the client tries again")]
    public static partial void ReadFailed(ILogger logger, string topic, string code, string reason);

    [LoggerMessage(206, LogLevel.Warning, "A commit failed with {Code}: {Reason}; the offsets are committed with the next one")]
    public static partial void CommitFailed(ILogger logger, string code, string reason);

    [LoggerMessage(207, LogLevel.Warning, "The {Client} reports {Code}: {Reason}")]
    public static partial void ClientError(ILogger logger, string client, string code, string reason);

    [LoggerMessage(EventId = 208, Message = "librdkafka {Facility}: {Message}")]
    public static partial void ClientMessage(ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(209, LogLevel.Warning, "Waiting for the cluster at {BootstrapServers} ({SecondsLeft} s left): {Reason}")]
    public static partial void WaitingForCluster(ILogger logger, string bootstrapServers, int secondsLeft, string reason);

    // 300: decode
    [LoggerMessage(300, LogLevel.Warning, "{Topic}[{Partition}]@{Offset} cannot be labelled ({Reason}): {Detail}. It goes to the dead-letter topic, as did {PassedOver} more for this reason since the last such line")]
    public static partial void Rejected(ILogger logger, string topic, int partition, long offset, string reason, string detail, long passedOver);

    [LoggerMessage(301, LogLevel.Warning, "Schema {SchemaId} cannot be had: {Reason}. Its documents wait, nothing is lost; the next try is in {RetryDelay}")]
    public static partial void SchemaUnavailable(ILogger logger, int schemaId, string reason, TimeSpan retryDelay);

    [LoggerMessage(302, LogLevel.Information, "Reading documents of schema {SchemaId}")]
    public static partial void SchemaCompiled(ILogger logger, int schemaId);

    [LoggerMessage(303, LogLevel.Warning, "The prediction schema cannot be registered yet: {Reason}. The next try is in {RetryDelay}")]
    public static partial void RegistryUnavailable(ILogger logger, string reason, TimeSpan retryDelay);

    // 400: publish
    [LoggerMessage(400, LogLevel.Warning, "The dead letter of {Topic}[{Partition}]@{Offset} is too large for its topic ({Bytes} bytes of value); it is sent without it, then without key and headers")]
    public static partial void DeadLetterCut(ILogger logger, string topic, int partition, long offset, int bytes);
}
