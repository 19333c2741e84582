using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Sluice.Worker.Configuration;

/// <summary>What is wrong in the section <c>Logging</c>. The loggers themselves pass over a name that they do not know, and fail at the
/// first line over a value that they cannot use.</summary>
internal static class LoggingRules
{
    private const int LongestTimeFormat = 100; // it stands in each line

    private static readonly string[] FreeCategories = ["Microsoft", "System"]; // libraries: which categories they have is theirs to say

    private static readonly Dictionary<string, Type> Formatters = new(StringComparer.OrdinalIgnoreCase)
    {
        [ConsoleFormatterNames.Simple] = typeof(SimpleConsoleFormatterOptions),
        [ConsoleFormatterNames.Json] = typeof(JsonConsoleFormatterOptions),
        [ConsoleFormatterNames.Systemd] = typeof(ConsoleFormatterOptions),
    };

    /// <summary>One sentence for each fault.</summary>
    public static IEnumerable<string> Faults(IConfigurationSection logging)
    {
        IConfigurationSection console = logging.GetSection("Console");
        return
        [
            .. ConfigurationShape.Faults(logging, typeof(LoggingShape), "LogLevel", "Console"),
            .. FaultsOfLevels(logging.GetSection("LogLevel")),
            .. ConfigurationShape.Faults(console, typeof(ConsoleShape), "LogLevel", "FormatterOptions"),
            .. FaultsOfLevels(console.GetSection("LogLevel")),
            .. FaultsOfConsole(console),
        ];
    }

    private static IEnumerable<string> FaultsOfConsole(IConfigurationSection console)
    {
        IConfigurationSection queue = console.GetSection(nameof(ConsoleShape.MaxQueueLength));
        IConfigurationSection name = console.GetSection(nameof(ConsoleShape.FormatterName));
        if (int.TryParse(queue.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int lines) && lines < 1)
            yield return $"{queue.Path} is {lines}; give 1 or more lines.";
        string formatter = name.Value ?? ConsoleFormatterNames.Simple;
        if (!Formatters.TryGetValue(formatter, out Type? options))
            yield return $"{name.Path} is {Shown.Misread(formatter, Formatters.Keys)}, which is none of "
                + $"{string.Join(", ", Formatters.Keys)}.";
        else
            foreach (string fault in FaultsOfFormatter(console.GetSection("FormatterOptions"), options)) yield return fault;
    }

    private static IEnumerable<string> FaultsOfFormatter(IConfigurationSection section, Type options)
    {
        const string Writer = nameof(JsonConsoleFormatterOptions.JsonWriterOptions);
        string[] below = options == typeof(JsonConsoleFormatterOptions) ? [Writer] : [];
        foreach (string fault in ConfigurationShape.Faults(section, options, below)) yield return fault;
        foreach (string name in below)
            foreach (string fault in ConfigurationShape.Faults(section.GetSection(name), typeof(WriterShape))) yield return fault;
        IConfigurationSection format = section.GetSection(nameof(ConsoleFormatterOptions.TimestampFormat));
        if (format.Value is { Length: > LongestTimeFormat } huge)
            yield return $"{format.Path} has {huge.Length} characters; give at most {LongestTimeFormat}, such as yyyy-MM-dd HH:mm:ss.";
        else if (format.Value is { } text && !IsTimeFormat(text)) yield return $"{format.Path} is no format of a time, such as yyyy-MM-dd "
            + $"HH:mm:ss.";
    }

    private static IEnumerable<string> FaultsOfLevels(IConfigurationSection section)
    {
        string[] levels = Enum.GetNames<LogLevel>();
        if (ConfigurationShape.FaultOfValue(section, [$"{section.Path}:Default"]) is { } value) yield return value;
        foreach (IConfigurationSection level in section.GetChildren())
        {
            if (level.GetChildren().Any())
                yield return $"{level.Path} takes one value, not a section.";
            else if (level.Key.Count(c => c == '*') > 1)
                yield return $"{level.Path} has more than one * in its category; one is allowed.";
            else if (!IsCategory(level.Key))
                yield return $"{level.Path} names no category of the log: there are Default, those that begin with Sluice.Worker, "
                    + $"and libraries' that begin with {string.Join(" or ", FreeCategories)}"
                    + (LogCategories.Nearest(level.Key) is { } nearest ? $"; the nearest is {nearest}." : ".");
            else if (!levels.Contains(level.Value, StringComparer.OrdinalIgnoreCase))
                yield return $"{level.Path} is {Shown.Misread(level.Value ?? "", levels)}, which is none of {string.Join(", ", levels)}.";
        }
    }

    // A category is the beginning of a type's full name, and may hold one star.
    private static bool IsCategory(string name) => name.Equals("Default", StringComparison.OrdinalIgnoreCase)
        || FreeCategories.Contains(name.Split('.', '*')[0], StringComparer.OrdinalIgnoreCase) || LogCategories.AreHeededBy(name);

    private static bool IsTimeFormat(string format)
    {
        try
        {
            return format.Length == 0 || DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // What of the loggers' own options can be set; theirs hold some besides that are obsolete, or that no text can stand for.
    private sealed record LoggingShape(bool CaptureScopes);

    private sealed record ConsoleShape(
        string FormatterName, LogLevel LogToStandardErrorThreshold, int MaxQueueLength, ConsoleLoggerQueueFullMode QueueFullMode);

    private sealed record WriterShape(bool Indented);
}
