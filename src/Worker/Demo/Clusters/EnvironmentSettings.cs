using System.Collections;
using Microsoft.Extensions.Configuration;
using Sluice.Worker.Registry;

namespace Sluice.Worker.Demo.Clusters;

/// <summary>The worker's settings in the environment: how a real cluster's TLS and passwords reach the demo.</summary>
internal static class EnvironmentSettings
{
    private const string Prefix = "Sluice__";

    /// <summary>Variables such as <c>Sluice__Registry__User</c> as <c>Registry:User</c>.</summary>
    public static IReadOnlyDictionary<string, string?> All => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(variable => ((string)variable.Key)[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), variable => (string?)variable.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The registry's user, password, CA file and time-outs.</summary>
    public static RegistryOptions Registry(IReadOnlyDictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Registry").Get<RegistryOptions>() ?? new RegistryOptions();

    /// <summary>librdkafka's settings for every client: those below <c>Kafka:Common</c>, and the brokers.</summary>
    public static Dictionary<string, string> ForClients(IReadOnlyDictionary<string, string?> settings, string bootstrapServers)
    {
        const string common = "Kafka:Common:";
        var client = settings.Where(s => s.Key.StartsWith(common, StringComparison.OrdinalIgnoreCase) && s.Value is not null)
            .ToDictionary(s => s.Key[common.Length..].Replace('_', '.'), s => s.Value!);
        client["bootstrap.servers"] = bootstrapServers;
        return client;
    }
}
