using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Sluice.Worker.Configuration;

/// <summary>The JSON file of <c>--config</c>: the same shape as appsettings.json, and nothing in it that no one reads.</summary>
internal static class ConfigurationFile
{
    private static readonly string[] Levels = ["Sluice", "Logging"];

    /// <summary>Adds the file to the configuration.</summary>
    /// <returns>One sentence for each name at its top that is not read.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public static IReadOnlyList<string> AddTo(IConfigurationBuilder configuration, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new FileNotFoundException(
                "--config names no file: its value is empty. Give the path of a settings file, or leave --config out.");
        string file = Path.GetFullPath(path);
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no settings file {file} (--config {path}).", file);
        IConfigurationRoot alone = Read(file);
        configuration.AddJsonFile(file, optional: false); // not what was read: a chained configuration drops values that are empty
        string read = string.Join(" and ", Levels.Select(level => $"\"{level}\""));
        return [.. alone.GetChildren().Where(IsUnread).Select(level =>
            $"'{level.Key}' stands at the top of {path}, where only {read} are read: write {{ \"Sluice\": {{ \"Kafka\": ... }} }}.")];
    }

    private static bool IsUnread(IConfigurationSection level) =>
        !level.Key.StartsWith('$') && !Levels.Contains(level.Key, StringComparer.OrdinalIgnoreCase);

    private static IConfigurationRoot Read(string file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(file, optional: false).Build();
        }
        catch (InvalidDataException e) when (e.InnerException is FormatException or JsonException)
        {
            // A JSON reader's own words may quote what it could not read, such as a password without quotes; a duplicate key is told
            // without its value.
            JsonException? where = e.InnerException as JsonException ?? e.InnerException.InnerException as JsonException;
            throw new InvalidDataException(where is { LineNumber: { } line }
                ? $"The settings file {file} is not JSON: see line {line + 1}, byte {where.BytePositionInLine + 1}."
                : $"The settings file {file} cannot be read: {e.InnerException.Message}");
        }
    }
}
