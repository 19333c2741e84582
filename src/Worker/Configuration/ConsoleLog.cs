using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Sluice.Worker.Configuration;

/// <summary>The log of a process, on standard error: lines for people, or JSON with <c>Logging:Console:FormatterName=json</c>.</summary>
internal static class ConsoleLog
{
    /// <remarks>Defaults are set before the console's logger is added: it binds the section <c>Logging:Console</c> behind them, and what is
    /// configured wins.</remarks>
    public static void Add(ILoggingBuilder logging)
    {
        // A start that fails is told once, without a stack, by the command.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            (console.FormatterName, console.LogToStandardErrorThreshold) = (ConsoleFormatterNames.Simple, LogLevel.Trace));
        logging.Services.Configure<SimpleConsoleFormatterOptions>(lines =>
            (lines.SingleLine, lines.TimestampFormat, lines.UseUtcTimestamp) = (true, "yyyy-MM-dd HH:mm:ss.fff ", true));
        logging.Services.Configure<JsonConsoleFormatterOptions>(json =>
            (json.TimestampFormat, json.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ", true));
        logging.AddConsole();
    }

    /// <summary>The same as lines of JSON, whatever is configured.</summary>
    public static void AddJson(ILoggingBuilder logging)
    {
        Add(logging);
        logging.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Json);
    }
}
