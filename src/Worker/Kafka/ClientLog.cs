using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

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
        string text = Words(message.Message, redaction);
        Log.ClientMessage(logger, level, message.Facility, text);
    }

    public static Error Clean(Error error, Redaction redaction) => new(error.Code, Words(error.Reason, redaction), error.IsFatal);

    // Cleaned before it is cut: half of a secret is no longer known for one.
    private static string Words(string text, Redaction redaction) => ForeignText.OneLine(redaction.Clean(text), ForeignText.Message);

    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        SyslogLevel.Debug => LogLevel.Debug,
        SyslogLevel.Info or SyslogLevel.Notice => LogLevel.Information,
        _ => LogLevel.Warning, // what the client cannot mend arrives at an error handler, not only as a line
    };
}
