using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Diagnostics;

namespace Sluice.Worker.Kafka;

/// <summary>What librdkafka says, in its log and of its errors, without what must not be shown: it may
/// repeat what it was configured with.</summary>
internal static class ClientLog
{
    public static void Write(ILogger logger, LogMessage message, Redaction redaction)
    {
        // A connection that fails is told to the error handler too, in the same words.
        LogLevel level = message.Facility == "FAIL" ? LogLevel.Debug : LevelOf(message.Level);
        if (!logger.IsEnabled(level)) return;
        string text = redaction.Clean(message.Message);
        Log.ClientMessage(logger, level, message.Facility, text);
    }

    public static Error Clean(Error error, Redaction redaction) => new(error.Code, redaction.Clean(error.Reason), error.IsFatal);

    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        SyslogLevel.Debug => LogLevel.Debug,
        SyslogLevel.Info or SyslogLevel.Notice => LogLevel.Information,
        _ => LogLevel.Warning, // what the client cannot mend arrives at an error handler, not only as a line
    };
}
