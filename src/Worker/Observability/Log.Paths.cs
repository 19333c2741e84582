using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <content>What is told of configured fields that documents have not.</content>
internal static partial class Log
{
    [LoggerMessage(330, LogLevel.Information,
        "Schema {SchemaId} has no such fields, and its documents are labelled without them: {Paths}")]
    public static partial void SchemaLacksFields(ILogger logger, string schemaId, string paths);
}
