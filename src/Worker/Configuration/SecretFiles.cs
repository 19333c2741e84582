using System.Text;
using Sluice.Inference.Models;

namespace Sluice.Worker.Configuration;

/// <summary>Settings that lie in a folder, one a file, as Kubernetes and Docker mount secrets: a file's name is the setting, with two
/// underscores for a colon (<c>Kafka__Common__sasl.password</c>), and what is in it is the value, without the line break at its end.
/// </summary>
/// <remarks>Names that begin with a dot, and folders in it, are passed over: Kubernetes keeps its own there. All else must be a setting, so
/// that a mistyped name is told. Never shows what is in a file, nor the folder's name: somebody may have given the secret itself.</remarks>
internal static class SecretFiles
{
    public const string Option = "--secrets", Variable = "SLUICE_SECRETS";

    private const int MostFiles = 1_000, MostBytes = 128 * 1024; // bytes: as a variable of Linux's environment
    private const string Folder = $"the folder of secrets ({Option} or {Variable})";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The folder that is asked for: the option's, else the one of the environment; null for none.</summary>
    public static string? Named(string? option) =>
        option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null);

    /// <summary>Reads the files, once.</summary>
    /// <param name="folder">As <see cref="Named"/> gives it.</param>
    /// <returns>Names from <c>Sluice:</c> or <c>Logging:</c> on, with their values; and a sentence for each file that cannot be read or
    /// names no setting. Whatever can be read is there, whatever else cannot.</returns>
    public static (IReadOnlyList<KeyValuePair<string, string?>> Settings, IReadOnlyList<string> Faults) Read(string? folder)
    {
        if (folder is null) return ([], []);
        List<KeyValuePair<string, string?>> settings = [];
        List<string> faults = [];
        string[] files = FilesIn(folder, faults);
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            if (!name.Contains("__", StringComparison.Ordinal))
                faults.Add($"File '{name}' in {Folder} names no setting: call it by the setting's whole name with two underscores for each "
                    + "colon, such as Kafka__Common__sasl.password, or keep it elsewhere.");
            else if (!names.Add(SettingOf(name)))
                faults.Add($"File '{name}' in {Folder} is the second one for {SettingOf(name)}: leave one of them.");
            else if (Text(file, faults) is { } text)
                settings.Add(new(SettingOf(name), text));
        }

        return (settings, faults);
    }

    private static string SettingOf(string name) => CommandLineSettings.WithPrefix(name.Replace("__", ":", StringComparison.Ordinal));

    private static string[] FilesIn(string folder, List<string> faults)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file)[0] != '.').Take(MostFiles + 1)
                .Order(StringComparer.Ordinal)];
            if (files.Length <= MostFiles) return files;
            faults.Add($"There are more than {MostFiles} files in {Folder}: name one that holds settings alone.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string why = e is DirectoryNotFoundException ? "is not there" : $"cannot be read ({e.GetType().Name})";
            faults.Add($"{char.ToUpperInvariant(Folder[0])}{Folder[1..]} {why}. Its name is not shown, since a secret may have been given "
                + "in its place.");
        }

        return [];
    }

    private static string? Text(string file, List<string> faults)
    {
        string name = Path.GetFileName(file);
        if (FileStamp.Of(file) is { Kind: not FileStamp.RegularFile and var kind }) // whoever opens a FIFO may wait for ever
        {
            faults.Add($"File '{name}' in {Folder} is {kind}: put a file there.");
            return null;
        }

        try
        {
            byte[] bytes = new byte[MostBytes + 1];
            using FileStream stream = File.OpenRead(file);
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MostBytes) return WithoutLineBreak(Utf8.GetString(bytes, 0, length));
            faults.Add($"File '{name}' in {Folder} has more than {MostBytes} bytes: a setting has no more.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add($"File '{name}' in {Folder} cannot be read ({e.GetType().Name}): let this user read it.");
        }
        catch (DecoderFallbackException)
        {
            faults.Add($"File '{name}' in {Folder} is no text in UTF-8: a key or a keystore in binary belongs into a file whose path a "
                + "setting names, such as Kafka:Common:ssl.keystore.location.");
        }

        return null;
    }

    // The one that an editor or echo puts there; a secret may begin or end with blanks.
    private static string WithoutLineBreak(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;
}
