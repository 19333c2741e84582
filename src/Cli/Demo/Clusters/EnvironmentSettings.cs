using System.Collections;
using Microsoft.Extensions.Configuration;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.Demo.Clusters;

/// <summary>The worker's settings in the environment, and in the folder of secrets that it names: how a real cluster's TLS and passwords
/// reach the demo and <c>read</c>.</summary>
internal static class EnvironmentSettings
{
    private const string Prefix = "Sluice__";

    /// <summary>Variables such as <c>Sluice__Registry__User</c> as <c>Registry:User</c>, and files of <see cref="SecretFiles"/>, of which
    /// the former win.</summary>
    /// <exception cref="InvalidDataException">Files of the folder of secrets cannot be read, or name no setting.</exception>
    public static IReadOnlyDictionary<string, string?> All => Read() is (var settings, { Count: 0 })
        ? settings
        : throw new InvalidDataException(string.Join(' ', Read().Faults));

    /// <summary>Takes their secrets out of other people's messages.</summary>
    public static Redaction Redaction => Redaction.Of(Configured(Read().Settings));

    /// <summary>The registry's user, password, CA file and time-outs.</summary>
    /// <exception cref="InvalidDataException">A value is none of its kind, or a name is no setting's.</exception>
    public static RegistryOptions Registry(IReadOnlyDictionary<string, string?> settings)
    {
        IConfigurationSection section = Configured(settings).GetSection(RegistryOptions.Section);
        string[] faults = [.. ConfigurationShape.Faults(section, typeof(RegistryOptions))];
        return faults.Length == 0 ? section.Get<RegistryOptions>() ?? new RegistryOptions()
            : throw new InvalidDataException(string.Join(' ', faults));
    }

    /// <summary>The registry that <c>--registry</c> names, with what the environment says of it.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Registry"/>, or the address is none, or they contradict each other.</exception>
    public static RegistryOptions RegistryAt(string url, IReadOnlyDictionary<string, string?> settings)
    {
        RegistryOptions options = Registry(settings) with { Url = url };
        string[] faults = [.. RegistryOptionsRules.Faults(options)];
        return faults.Length == 0 ? options : throw new InvalidDataException(AsGivenHere(string.Join(' ', faults)));
    }

    /// <summary>A message about the registry or a GPU in the words of a command, where the registry's address and the provider are options
    /// and the rest is in the environment.</summary>
    public static string AsGivenHere(string message) => message
        .Replace("Sluice:Registry:Url", "--registry", StringComparison.Ordinal)
        .Replace("Sluice:Engine:Provider is Cuda", "--provider is cuda", StringComparison.Ordinal)
        .Replace("set Sluice:Engine:Provider to Cpu", "give --provider cpu", StringComparison.Ordinal)
        .Replace("Sluice:Registry:", "Sluice__Registry__", StringComparison.Ordinal);

    /// <summary>librdkafka's settings for every client: those below <c>Kafka:Common</c>, and the brokers.</summary>
    /// <exception cref="InvalidDataException">librdkafka refuses one of them.</exception>
    public static Dictionary<string, string> ForClients(IReadOnlyDictionary<string, string?> settings, string bootstrapServers)
    {
        const string common = "Kafka:Common:";
        var client = settings.Where(s => s.Key.StartsWith(common, StringComparison.OrdinalIgnoreCase) && s.Value is not null)
            .ToDictionary(s => s.Key[common.Length..].Replace('_', '.'), s => s.Value!);
        string[] refusals = [.. PassThroughSettings.Refusals(KafkaOptions.Section + ":Common", client, consumer: false, producer: false)];
        if (refusals.Length > 0) throw new InvalidDataException(string.Join(' ', refusals));
        client["bootstrap.servers"] = bootstrapServers;
        return client;
    }

    private static (IReadOnlyDictionary<string, string?> Settings, IReadOnlyList<string> Faults) Read()
    {
        const string ours = "Sluice:";
        (IReadOnlyList<KeyValuePair<string, string?>> files, IReadOnlyList<string> faults) = SecretFiles.Read(SecretFiles.Named(null));
        Dictionary<string, string?> settings = files.Where(file => file.Key.StartsWith(ours, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(file => file.Key[ours.Length..], file => file.Value, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (((string)variable.Key).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                settings[((string)variable.Key)[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal)] = (string?)variable.Value;
        return (settings, faults);
    }

    private static IConfigurationRoot Configured(IReadOnlyDictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Sluice:" + s.Key, s.Value))).Build();
}
