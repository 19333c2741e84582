using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>Settings that are passed through to librdkafka: how their names are written, and which of them it takes.</summary>
internal static partial class PassThroughSettings
{
    private const int Ok = 0, Unknown = -2; // RD_KAFKA_CONF_OK and RD_KAFKA_CONF_UNKNOWN of rd_kafka_conf_res_t, rdkafka.h

    /// <summary>A setting's name as librdkafka spells it: <c>_</c> may stand for <c>.</c>, for shells that refuse dots in variable names.</summary>
    public static string Name(string key) => key.Replace('_', '.');

    /// <summary>One sentence for each setting that cannot be: owned by the worker, unknown to librdkafka, or of a value that it refuses. Empty when all may pass.</summary>
    /// <param name="path">The section's path, for the message.</param>
    /// <param name="settings">Names and values as configured.</param>
    /// <param name="consumer">The section reaches the consumer.</param>
    /// <param name="producer">The section reaches the producer.</param>
    public static IEnumerable<string> Refusals(string path, IReadOnlyDictionary<string, string> settings, bool consumer, bool producer)
    {
        foreach ((string key, string value) in settings)
        {
            if (OwnedSettings.ReasonFor(Name(key), consumer, producer) is { } reason) yield return $"{path}:{key} cannot be set: the worker owns it, because {reason}. Remove it.";
            else if (Refusal(Name(key), value) is { } refusal) yield return $"{path}:{key} is refused by librdkafka: {refusal}.";
        }
    }

    /// <summary>What librdkafka has against a setting, or null. It looks at one at a time: what contradicts another shows when the client is built.</summary>
    private static string? Refusal(string name, string value)
    {
        NativeClient.Load();
        nint configuration = rd_kafka_conf_new();
        byte[] error = new byte[512];
        try
        {
            return rd_kafka_conf_set(configuration, name, value, error, (nuint)error.Length) switch
            {
                Ok => null,
                Unknown => $"it knows no setting of that name ({Library.VersionString})",
                _ when Encoding.UTF8.GetString(error).TrimEnd('\0') is var words && QuotesNoText(words) => words,
                _ => "an invalid value, which is not shown here; librdkafka's CONFIGURATION.md says what it takes",
            };
        }
        finally
        {
            rd_kafka_conf_destroy(configuration);
        }
    }

    // Its other refusals quote what was given, which may be a secret; a number that is asked for is none.
    private static bool QuotesNoText(string refusal) => refusal.Contains(" is outside allowed range ", StringComparison.Ordinal)
        || refusal.Contains(" not supported in this build: ", StringComparison.Ordinal);

    [LibraryImport(NativeClient.Name)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(NativeClient.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

    [LibraryImport(NativeClient.Name)]
    private static partial void rd_kafka_conf_destroy(nint configuration);
}
