using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <content>310 to 339: what documents are read from, and labels written to.</content>
internal static partial class Log
{
    [LoggerMessage(310, LogLevel.Information,
        "No schema registry is used: documents are read as {InputFormat} and labels are written as {OutputFormat}. What is set under "
            + "Sluice:Registry does not matter")]
    public static partial void NoRegistry(ILogger logger, string inputFormat, string outputFormat);

    [LoggerMessage(311, LogLevel.Warning,
        "Sluice:Input:Envelope is Debezium and Sluice:Pipeline:KeepKeyOrder is false: the tombstone of a deleted row may come before its "
            + "row's label, which a compacted topic then keeps. Set Sluice:Pipeline:KeepKeyOrder to true, unless labels of deleted rows "
            + "do no harm")]
    public static partial void DeletesMayOvertake(ILogger logger);

    [LoggerMessage(320, LogLevel.Information,
        "Passing over {Kind}, which are neither documents nor faults: the first is {Topic}[{Partition}] at {Offset}, "
            + "and this is told once")]
    public static partial void PassedOver(ILogger logger, string kind, string topic, int partition, long offset);

    [LoggerMessage(321, LogLevel.Warning,
        "Topic {Topic} has held {Records} records that are neither documents nor faults, and not one document: is it a topic of a table's "
            + "rows, and is Sluice:Input:Envelope={Envelope} right for it? (told once a topic)")]
    public static partial void NothingButPassedOver(ILogger logger, string topic, int records, string envelope);

    [LoggerMessage(330, LogLevel.Information,
        "Schema {SchemaId} has no such fields, and its documents are labelled without them: {Paths}")]
    public static partial void SchemaLacksFields(ILogger logger, string schemaId, string paths);

    [LoggerMessage(332, LogLevel.Warning,
        "Schema {SchemaId} has no field '{Path}' for ids, which Sluice:Input:IdField names: labels of its documents bear the record's key "
            + "or place. Is the name right?")]
    public static partial void SchemaLacksId(ILogger logger, string schemaId, string path);

    [LoggerMessage(333, LogLevel.Warning,
        "None of the first {Documents} documents has a value at {Paths}: are the names as documents have them? (told once)")]
    public static partial void DocumentsLackFields(ILogger logger, int documents, string paths);

    [LoggerMessage(334, LogLevel.Warning,
        "Each of the first {Documents} texts begins as what a schema registry's serializer writes, with byte 0 and a schema's id or byte 1 "
            + "and a GUID: they are labelled as they are. Should Sluice:Input:Format be Avro or Json rather than Text? (told once)")]
    public static partial void TextsLookFramed(ILogger logger, int documents);

    [LoggerMessage(331, LogLevel.Warning,
        "{Documents} documents whose schema the registry had not given, and what waited for them, are neither labelled nor committed: the "
            + "next start reads them again")]
    public static partial void ParkedAtStop(ILogger logger, int documents);
}
