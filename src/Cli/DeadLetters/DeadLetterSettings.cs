using Microsoft.Extensions.Configuration;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;

namespace Sluice.Cli.DeadLetters;

/// <summary>What a command needs of the worker's settings.</summary>
/// <param name="Kafka">Brokers, topics and what is passed through to the clients.</param>
/// <param name="Redaction">Takes secrets out of others' words.</param>
internal sealed record DeadLetterSettings(KafkaOptions Kafka, Redaction Redaction)
{
    /// <summary>Reads the section <c>Sluice:Kafka</c> as the worker does: appsettings.json, the file of <c>--config</c>, the environment;
    /// later ones win. What the worker alone needs, such as input topics, may be missing.</summary>
    /// <param name="configFile">The file; null for none.</param>
    /// <param name="cluster">Brokers in the place of the configured ones; null for those.</param>
    /// <param name="faults">One sentence for each setting that is wrong; the settings are not to be used then.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not JSON.</exception>
    public static DeadLetterSettings Read(string? configFile, string? cluster, out IReadOnlyList<string> faults)
    {
        ConfigurationBuilder sources = new();
        sources.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        List<string> found = configFile is null ? [] : [.. ConfigurationFile.AddTo(sources, configFile)];
        sources.AddEnvironmentVariables();
        if (cluster is not null)
            sources.AddInMemoryCollection([new($"{KafkaOptions.Section}:{nameof(KafkaOptions.BootstrapServers)}", cluster)]);
        IConfigurationRoot configuration = sources.Build();
        Redaction redaction = Redaction.Of(configuration);
        IConfigurationSection section = configuration.GetSection(KafkaOptions.Section);
        found.AddRange(ConfigurationShape.Faults(section, typeof(KafkaOptions)));
        KafkaOptions options = new();
        if (found.Count == 0)
        {
            options = section.Get<KafkaOptions>() ?? options;
            found.AddRange(OptionsRules.OfClients(options));
        }

        faults = [.. found.Select(redaction.Clean)];
        return new(options, redaction);
    }
}
