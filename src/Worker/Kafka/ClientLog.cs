using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Diagnostics;

namespace Sluice.Worker.Kafka;

/// <summary>librdkafka's log lines in the worker's log.</summary>
internal static class ClientLog
{
    public static void Write(ILogger logger, LogMessage message)
    {
        // A connection that fails is told to the error handler too, in the same words.
        LogLevel level = message.Facility == "FAIL" ? LogLevel.Debug : LevelOf(message.Level);
        Log.ClientMessage(logger, level, message.Facility, message.Message);
    }

    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        SyslogLevel.Debug => LogLevel.Debug,
        SyslogLevel.Info or SyslogLevel.Notice => LogLevel.Information,
        _ => LogLevel.Warning, // what the client cannot mend arrives at an error handler, not only as a line
    };
}
