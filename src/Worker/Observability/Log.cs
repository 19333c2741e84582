using Microsoft.Extensions.Logging;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Observability;

/// <summary>Every line that the worker logs, grouped by step; ids in ranges of 100. Never a payload, a key or a header. A field is a text,
/// a number, a flag or a time: of a list a log of JSON has but the name of its type.</summary>
/// <remarks>A field's name is part of the format of logs in JSON: it stays, whatever the code calls the thing by now.</remarks>
internal static partial class Log
{
    // 100: the whole
    [LoggerMessage(114, LogLevel.Information,
        "Sluice {Version} (commit {Commit}) on {Runtime} ({Platform}), {KafkaClient}; model {Model}; "
            + "settings other than their defaults: {Settings}")]
    public static partial void Start(ILogger logger, string version, string commit, string runtime, string platform, string kafkaClient,
        string model, string settings);

    [LoggerMessage(EventId = 115, Message = "{Reason} (exit code {ExitCode})")]
    public static partial void Ended(ILogger logger, LogLevel level, string reason, int exitCode);

    [LoggerMessage(EventId = 117, Message = "Start: {Step} {Outcome} in {Milliseconds} ms")]
    public static partial void StartStep(ILogger logger, LogLevel level, string step, string outcome, long milliseconds);

    [LoggerMessage(107, LogLevel.Warning, "ONNX Runtime: {Message}")]
    public static partial void OnnxRuntime(ILogger logger, string message);

    [LoggerMessage(100, LogLevel.Information,
        "Model {ModelId} {ModelVersion} ({Mode}, {Precision}) is loaded; at most {MaxTokens} tokens a document, labels: {Labels}; "
            + "attention: {Attention}")]
    public static partial void ModelLoaded(ILogger logger, string modelId, string modelVersion, string mode,
        Precision precision, int maxTokens, string labels, string attention);

    [LoggerMessage(EventId = 116, Message = "{Reason}")]
    public static partial void NoKernel(ILogger logger, LogLevel level, string reason);

    [LoggerMessage(113, LogLevel.Information,
        "Students were tried in two ways, each over the same batches: {Measured}; they run {Way}")]
    public static partial void StudentStrategy(ILogger logger, string measured, string way);

    [LoggerMessage(118, LogLevel.Information,
        "Mode {Mode} ({Precision}) is loaded: {MiB} MiB more are in memory; what its batches need besides is taken before the first "
            + "document")]
    public static partial void ModeLoaded(ILogger logger, string mode, Precision precision, long miB);

    [LoggerMessage(119, LogLevel.Information,
        "A batch may hold {MaxRows} documents and {MaxTokens} tokens: the heaviest takes {HeaviestMs:0.0} ms of {LimitMs:0} that it may, "
            + "{Bound}")]
    public static partial void BudgetFound(ILogger logger, int maxRows, int maxTokens, double heaviestMs, double limitMs, string bound);

    [LoggerMessage(108, LogLevel.Information,
        "What batches cost is known from an earlier start: predictions were off by {MeanError:P0} on average")]
    public static partial void CostsKnown(ILogger logger, double meanError);

    [LoggerMessage(109, LogLevel.Information, "What batches cost was learned from {Batches} made-up ones in {Milliseconds} ms")]
    public static partial void CostsLearned(ILogger logger, int batches, long milliseconds);

    [LoggerMessage(110, LogLevel.Warning, "What earlier starts learned of batches' costs is not used, it is learned anew: {Reason}")]
    public static partial void CostsRefused(ILogger logger, string reason);

    [LoggerMessage(111, LogLevel.Warning, "What was learned of batches' costs could not be kept, the next start learns it anew: {Reason}")]
    public static partial void CostsNotKept(ILogger logger, string reason);

    [LoggerMessage(112, LogLevel.Information,
        "{Callers} inference threads have run the heaviest batches in {Milliseconds} ms; "
            + "{ResidentMiB} MiB in memory: {ManagedMiB} managed, {ArenaMiB} of ONNX Runtime's arena, which took {ArenaBytes} bytes, "
            + "{NativeHeapMiB} of the rest of the native heap, {OtherMiB} other")]
    public static partial void PeakTaken(ILogger logger, int callers, long milliseconds, long residentMiB, long managedMiB,
        long arenaMiB, long arenaBytes, long nativeHeapMiB, long otherMiB);

    [LoggerMessage(101, LogLevel.Information,
        "Reading {InputTopics} as group {GroupId}; labels go to {OutputTopic}, what cannot be read to {DeadLetterTopic}; "
            + "{DecodeWorkers} decode workers, {InferenceCallers} inference threads")]
    public static partial void Started(ILogger logger, string inputTopics, string groupId, string outputTopic, string deadLetterTopic,
        int decodeWorkers, int inferenceCallers);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Documents} documents are in flight")]
    public static partial void Draining(ILogger logger, long documents);

    [LoggerMessage(103, LogLevel.Information, "Stopped: everything that was read is delivered and committed")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(106, LogLevel.Warning,
        "Stopped: everything that was read is delivered, but the last offsets could not be committed; "
            + "their documents will be labelled again")]
    public static partial void DrainedUncommitted(ILogger logger);

    [LoggerMessage(104, LogLevel.Warning,
        "Stopped after {DrainTimeout}: {Documents} documents or more were not delivered in time and will be read again, "
            + "and so will documents behind them in their partitions that were; a longer Sluice:Pipeline:DrainTimeout avoids both")]
    public static partial void DrainTimedOut(ILogger logger, TimeSpan drainTimeout, long documents);

    [LoggerMessage(105, LogLevel.Critical, "The {Step} step failed, the worker stops; nothing is committed beyond what was delivered")]
    public static partial void StepFailed(ILogger logger, string step, Exception exception);

    [LoggerMessage(125, LogLevel.Error, "The {Step} step cannot go on, the worker finishes what it has and stops: {Reason}")]
    public static partial void StepEnds(ILogger logger, string step, string reason);

    [LoggerMessage(120, LogLevel.Information,
        "{Documents} documents labelled, {DocumentsPerSecond:0.0}/s, {TokensPerSecond:0} tokens/s, {Rejected} rejected; "
            + "{InFlight} in flight, lag {Lag}")]
    public static partial void Progress(
        ILogger logger, long documents, double documentsPerSecond, double tokensPerSecond, long rejected, long inFlight, long lag);

    // The same where the lag is not known: a field is of one type, so it is left out.
    [LoggerMessage(123, LogLevel.Information,
        "{Documents} documents labelled, {DocumentsPerSecond:0.0}/s, {TokensPerSecond:0} tokens/s, {Rejected} rejected; "
            + "{InFlight} in flight, lag unknown")]
    public static partial void ProgressWithoutLag(ILogger logger, long documents, double documentsPerSecond, double tokensPerSecond,
        long rejected, long inFlight);

    [LoggerMessage(122, LogLevel.Debug,
        "{Batches} batches of {Documents:0.0} documents, sparing {Padding:P1} of padding, predicted within {MeanError:P1}; "
            + "{ResidentMiB} MiB in memory: {ManagedMiB} managed, {ArenaMiB} of ONNX Runtime's arena, "
            + "{NativeHeapMiB} of the rest of the native heap, {OtherMiB} other")]
    public static partial void Batches(ILogger logger, long batches, double documents, double padding, double meanError, long residentMiB,
        long managedMiB, long arenaMiB, long nativeHeapMiB, long otherMiB);

    [LoggerMessage(121, LogLevel.Information,
        "In all: {Documents} documents labelled, {Rejected} rejected, {Tombstones} tombstones passed on, "
            + "{Tokens} tokens in {Seconds:0.0} s, {DocumentsPerSecond:0.0} documents/s")]
    public static partial void Totals(ILogger logger, long documents, long rejected, long tombstones, long tokens, double seconds,
        double documentsPerSecond);

    // 200: Kafka
    [LoggerMessage(213, LogLevel.Information,
        "Waiting for partitions of {InputTopics}: group {GroupId} has given this worker none. "
            + "It gets some when the group has settled, or when another member leaves")]
    public static partial void WaitingForPartitions(ILogger logger, string inputTopics, string groupId);

    [LoggerMessage(200, LogLevel.Information, "Assigned: {Partitions}")]
    public static partial void PartitionsAssigned(ILogger logger, string partitions);

    [LoggerMessage(201, LogLevel.Information, "Revoked: {Partitions}")]
    public static partial void PartitionsRevoked(ILogger logger, string partitions);

    [LoggerMessage(202, LogLevel.Warning, "Lost: {Partitions}; what was in flight will be labelled again by their new owner")]
    public static partial void PartitionsLost(ILogger logger, string partitions);

    [LoggerMessage(208, LogLevel.Warning,
        "Reading is paused: {Records} records were read that are not committed, though most may be delivered; "
            + "either commits fail, which event 206 tells, or the oldest record of a partition is stuck")]
    public static partial void ReadingAhead(ILogger logger, int records);

    [LoggerMessage(203, LogLevel.Information, "Reading is paused at {Documents} documents, {Tokens} tokens and {Bytes} bytes in flight")]
    public static partial void ReadingPaused(ILogger logger, long documents, long tokens, long bytes);

    [LoggerMessage(204, LogLevel.Information, "Reading goes on")]
    public static partial void ReadingResumed(ILogger logger);

    [LoggerMessage(205, LogLevel.Warning,
        "Reading {Topic}{Place} failed with {Code}: {Reason}; it is tried again "
            + "({Suppressed} more tries failed since the last such line){WayOut}")]
    public static partial void ReadFailed(ILogger logger, string topic, string place, string code, string reason, string wayOut,
        long suppressed);

    [LoggerMessage(215, LogLevel.Information, "Reading {Topic}[{Partition}] goes on, after {Seconds} s")]
    public static partial void ReadsGoOn(ILogger logger, string topic, int partition, int seconds);

    [LoggerMessage(206, LogLevel.Warning,
        "A commit failed with {Code}: {Reason}; the offsets are committed with the next one "
            + "({PassedOver} more failed since the last such line)")]
    public static partial void CommitFailed(ILogger logger, string code, string reason, long passedOver);

    [LoggerMessage(210, LogLevel.Information, "Offsets are committed again, after {Seconds} s")]
    public static partial void CommitsGoOn(ILogger logger, int seconds);

    [LoggerMessage(207, LogLevel.Warning, "The {Client} reports {Code}: {Reason}")]
    public static partial void ClientError(ILogger logger, string client, string code, string reason);

    [LoggerMessage(211, LogLevel.Warning, "The {Client} still reports {Code}: {Reason} ({PassedOver} more since the last such line)")]
    public static partial void ClientErrorAgain(ILogger logger, string client, string code, string reason, long passedOver);

    [LoggerMessage(212, LogLevel.Information, "The {Client} reaches its brokers again, after {Seconds} s")]
    public static partial void ClientRecovered(ILogger logger, string client, int seconds);

    [LoggerMessage(EventId = 214, Message = "librdkafka {Facility}: {Message}")]
    public static partial void ClientMessage(ILogger logger, LogLevel level, string facility, string message);

    [LoggerMessage(209, LogLevel.Warning, "Waiting for the cluster at {BootstrapServers} ({SecondsLeft} s left): {Reason}")]
    public static partial void WaitingForCluster(ILogger logger, string bootstrapServers, int secondsLeft, string reason);

    // 300: decode
    [LoggerMessage(300, LogLevel.Warning,
        "{Topic}[{Partition}]@{Offset} cannot be labelled ({Reason}): {Detail}. It goes to the dead-letter topic")]
    public static partial void Rejected(ILogger logger, string topic, int partition, long offset, string reason, string detail);

    [LoggerMessage(305, LogLevel.Warning,
        "{Topic}[{Partition}]@{Offset} cannot be labelled ({Reason}): {Detail}. It goes to the dead-letter topic, "
            + "as did {PassedOver} more for this reason since the last such line")]
    public static partial void RejectedAgain(ILogger logger, string topic, int partition, long offset, string reason, string detail,
        long passedOver);

    [LoggerMessage(302, LogLevel.Information, "Reading documents of schema {SchemaId}")]
    public static partial void SchemaCompiled(ILogger logger, string schemaId);

    [LoggerMessage(301, LogLevel.Warning, "{Waiting} and nothing is lost: {Reason}")]
    public static partial void RegistryUnavailable(ILogger logger, string waiting, string reason);

    [LoggerMessage(303, LogLevel.Warning, "{Waiting} still: {Reason} ({PassedOver} more tries since the last such line)")]
    public static partial void RegistryStillUnavailable(ILogger logger, string waiting, string reason, long passedOver);

    [LoggerMessage(304, LogLevel.Information, "The schema registry answers again, after {Seconds} s")]
    public static partial void RegistryAnswers(ILogger logger, int seconds);

    // 400: publish
    [LoggerMessage(400, LogLevel.Warning,
        "The dead-letter record of {Topic}[{Partition}]@{Offset} is too large for its topic ({Bytes} bytes of value); "
            + "it is sent without it, then without key and headers")]
    public static partial void DeadLetterCut(ILogger logger, string topic, int partition, long offset, int bytes);

    // 500: infer
    [LoggerMessage(500, LogLevel.Warning,
        "Student {Student} of {Asked} did not come through for a batch of {Documents} documents and {Tokens} tokens: {Cause}. "
            + "The first {Used} answered it, as its labels say ({PassedOver} more such batches since the last such line)")]
    public static partial void StudentMissing(ILogger logger, int student, int asked, int documents, int tokens, string cause, int used,
        long passedOver);

    [LoggerMessage(501, LogLevel.Warning,
        "A run of {Documents} documents and {Tokens} tokens in mode {Mode} ({Precision}) failed: {Cause}. What it had not labelled is run "
            + "again, in halves where there are several ({Suppressed} more runs failed since the last such line){WayOut}")]
    public static partial void RunFailed(ILogger logger, int documents, int tokens, string mode, Precision precision, string cause,
        long suppressed, string wayOut);
}
