using Microsoft.Extensions.Configuration;

namespace Sluice.Worker.Configuration;

/// <summary>All that was set, wherever, as far as it can be read: for what must be known of the settings while they, or the code that reads
/// them, are at fault.</summary>
internal static class GivenSettings
{
    public const string FileOption = "--config";

    /// <summary>Names from <c>Sluice:</c> or <c>Logging:</c> on, with their values, in the order in which later ones win. What is given
    /// twice is here twice.</summary>
    /// <param name="args">The whole command line.</param>
    public static IReadOnlyList<KeyValuePair<string, string?>> Of(IReadOnlyList<string> args) =>
    [
        .. Named(args, FileOption).Prepend(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).SelectMany(InFile),
        .. Named(args, SecretFiles.Option).Append(SecretFiles.Named(null)).SelectMany(folder => SecretFiles.Read(folder).Settings),
        .. In(new ConfigurationBuilder().AddEnvironmentVariables()),
        .. CommandLineSettings.Guess(args),
    ];

    private static IEnumerable<string> Named(IReadOnlyList<string> args, string option)
    {
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == option && i + 1 < args.Count) yield return args[i + 1];
            else if (args[i].StartsWith(option, StringComparison.Ordinal) && args[i][option.Length..] is ['=' or ':', .. var value])
                yield return value;
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> InFile(string path)
    {
        try
        {
            return In(new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: true));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return []; // no part of the program could read it either
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> In(IConfigurationBuilder configuration) =>
        configuration.Build().AsEnumerable();
}
