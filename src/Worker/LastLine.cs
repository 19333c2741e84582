using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Sluice.Worker;

/// <summary>What the worker says when it ends for want of something: lines for people, or one of JSON where the log is JSON, with
/// the log's defaults for all else, since its settings may be what is wrong.</summary>
internal sealed class LastLine(TextWriter errors, bool isJson)
{
    private const string Formatter = "Logging:Console:FormatterName";

    /// <param name="errors">Takes lines for people.</param>
    /// <param name="given">All that was set, later ones winning.</param>
    public static LastLine For(TextWriter errors, IEnumerable<KeyValuePair<string, string?>> given)
    {
        string? formatter = given.LastOrDefault(setting => setting.Key.Equals(Formatter, StringComparison.OrdinalIgnoreCase)).Value;
        return new LastLine(errors, string.Equals(formatter, ConsoleFormatterNames.Json, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Tells it.</summary>
    /// <param name="code">The exit code.</param>
    /// <param name="text">A sentence, or its beginning where there are faults.</param>
    /// <param name="faults">Each told on a line of its own to people; empty for none.</param>
    /// <returns>The exit code.</returns>
    public int Tell(int code, string text, params IEnumerable<string> faults)
    {
        if (isJson)
        {
            using ILoggerFactory factory = LoggerFactory.Create(ConsoleLog.AddJson); // its end waits until the line is written
            ILogger logger = factory.CreateLogger(LogCategories.End);
            string all = string.Join(' ', faults.Prepend(text));
            Log.Ended(logger, code == 0 ? LogLevel.Information : LogLevel.Critical, all, code);
            return code;
        }

        errors.WriteLine(text);
        foreach (string fault in faults) errors.WriteLine($"  {fault}");
        return code;
    }
}
