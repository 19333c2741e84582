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
    private const string Failed = "FAIL"; // librdkafka's name for what it says of connections

    /// <param name="logger">Takes it.</param>
    /// <param name="message">What the client says.</param>
    /// <param name="redaction">Of all secrets.</param>
    /// <param name="warnings">The client's: told of connections that are closed, and knows which lines came just before.</param>
    public static void Write(ILogger logger, LogMessage message, Redaction redaction, ClientWarnings warnings)
    {
        bool isClosed = message is { Facility: Failed, Level: SyslogLevel.Info or SyslogLevel.Notice or SyslogLevel.Warning };
        // A connection that fails is told to the error handler too, in the same words; one that is closed is not.
        LogLevel level = message.Facility == Failed ? LogLevel.Debug : LevelOf(message.Level);
        if (!isClosed && !logger.IsEnabled(level)) return;
        string text = Words(message.Message, redaction);
        if (isClosed) warnings.AddClosed(WithoutThread(text));
        long suppressed = 0;
        if (level == LogLevel.Warning && !warnings.ShouldLogLine(text, out suppressed)) return;
        string shown = suppressed == 0 ? text : $"{text} ({suppressed} more such lines were left out)";
        Log.ClientMessage(logger, level, message.Facility, shown);
    }

    public static Error Clean(Error error, Redaction redaction) => new(error.Code, Words(error.Reason, redaction), error.IsFatal);

    // "[thrd:NAME]: " stands before what an error handler is told.
    private static string WithoutThread(string text) =>
        text.StartsWith("[thrd:", StringComparison.Ordinal) && text.IndexOf("]: ", StringComparison.Ordinal) is > 0 and var end
            ? text[(end + 3)..]
            : text;

    // Cleaned before it is cut: half of a secret is no longer known for one.
    private static string Words(string text, Redaction redaction) => ForeignText.OneLine(redaction.Clean(text), ForeignText.Message);

    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        SyslogLevel.Debug => LogLevel.Debug,
        SyslogLevel.Info or SyslogLevel.Notice => LogLevel.Information,
        _ => LogLevel.Warning, // what the client cannot mend arrives at an error handler, not only as a line
    };
}
