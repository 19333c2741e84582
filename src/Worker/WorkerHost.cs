using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.Inference.Engines;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Kafka;

namespace Sluice.Worker;

/// <summary>Builds the host that the worker runs in: configuration, log, services; all faults of the configuration at once.</summary>
/// <remarks>Later sources win: appsettings.json beside the program, the file of <c>--config</c>, the files of <c>--secrets</c>, the
/// environment (<c>Sluice__Kafka__GroupId</c>), the command line or the caller's settings.</remarks>
internal static class WorkerHost
{
    /// <summary>A worker as a process: from the command line, with a log on standard error, stopped by SIGTERM or SIGINT.</summary>
    /// <param name="args">Settings, such as <c>--Kafka:GroupId=mail</c> or <c>--Kafka:GroupId mail</c>.</param>
    /// <param name="configFile">A JSON file as appsettings.json, or null.</param>
    /// <param name="secrets">A folder of <see cref="SecretFiles"/>, or null for the one that the environment names.</param>
    /// <exception cref="OptionsValidationException">The configuration has faults; <c>Failures</c> names each.</exception>
    /// <exception cref="FileNotFoundException">There is no such configuration file.</exception>
    /// <exception cref="InvalidDataException">The configuration file is not JSON.</exception>
    public static IHost Create(string[] args, string? configFile = null, string? secrets = null) =>
        Build(
            configuration =>
            {
                IReadOnlyList<string> faults = configFile is null ? [] : ConfigurationFile.AddTo(configuration, configFile);
                (IReadOnlyList<KeyValuePair<string, string?>> files, IReadOnlyList<string> unread) =
                    SecretFiles.Read(SecretFiles.Named(secrets));
                configuration.AddInMemoryCollection(files);
                configuration.AddEnvironmentVariables();
                configuration.AddInMemoryCollection(CommandLineSettings.Parse(args));
                return [.. faults, .. unread];
            },
            ConsoleLog.Add);

    /// <summary>A worker inside another program, as the demo and tests: silent unless told otherwise, stopped by its owner.</summary>
    /// <param name="settings">Names as <c>Kafka:GroupId</c>, below <c>Sluice:</c>.</param>
    /// <param name="logging">Adds loggers.</param>
    /// <param name="parts">Registers parts that take the place of the worker's own.</param>
    /// <inheritdoc cref="Create(string[], string?, string?)"/>
    public static IHost Create(IEnumerable<KeyValuePair<string, string?>> settings, Action<ILoggingBuilder>? logging = null,
        Action<IServiceCollection>? parts = null) =>
        Build(
            configuration =>
            {
                configuration.AddInMemoryCollection(settings.Select(s =>
                    KeyValuePair.Create(CommandLineSettings.WithPrefix(s.Key), s.Value)));
                return [];
            },
            logging ?? (_ => { }),
            services =>
            {
                parts?.Invoke(services);
                services.AddSingleton<IHostLifetime, OwnedLifetime>();
            });

    private static IHost Build(Func<ConfigurationManager, IReadOnlyList<string>> sources, Action<ILoggingBuilder> logging,
        Action<IServiceCollection>? parts = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile("appsettings.json", optional: true);
        IReadOnlyList<string> sourceFaults = sources(builder.Configuration);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        logging(builder.Logging);
        parts?.Invoke(builder.Services); // what is registered before stays
        builder.Services.AddSluice();
        // A provider of its own: building the host reads some options already, and would tell only the first fault.
        using (ServiceProvider services = builder.Services.BuildServiceProvider()) Validate(services, builder.Configuration, sourceFaults);
        return builder.Build();
    }

    private static void Validate(ServiceProvider services, ConfigurationManager configuration, IReadOnlyList<string> sourceFaults)
    {
        OptionsSection[] sections = [.. services.GetServices<OptionsSection>()];
        List<string> faults = [.. sourceFaults];
        IConfigurationSection all = configuration.GetSection("Sluice");
        if (ConfigurationShape.FaultOfValue(all, sections.Select(s => s.Path)) is { } value) faults.Add(value);
        foreach (IConfigurationSection child in all.GetChildren())
            if (!sections.Any(s => s.Path.Equals(child.Path, StringComparison.OrdinalIgnoreCase)))
                faults.Add($"{child.Path} is not a section; there are {string.Join(", ", sections.Select(s => s.Path))}.");
        foreach (OptionsSection section in sections)
        {
            string[] shape = [.. ConfigurationShape.Faults(configuration.GetSection(section.Path), section.Options)];
            faults.AddRange(shape);
            try
            {
                services.GetRequiredService(section.Options);
            }
            catch (OptionsValidationException e)
            {
                // A list that was written as one value is empty too; one sentence about a setting is enough.
                faults.AddRange(e.Failures.Where(fault => !shape.Any(told => Setting(told) == Setting(fault))));
            }
            catch (InvalidOperationException) when (faults.Count > 0)
            {
                // A value that cannot be converted: the comparison of shapes has named it.
            }
        }

        faults.AddRange(LoggingRules.Faults(configuration.GetSection("Logging")));
        // Rules between sections mean something only when each section is sound.
        if (faults.Count == 0) faults.AddRange(OptionsRules.Between(services.GetRequiredService<PipelineOptions>(),
            services.GetRequiredService<BatchingOptions>(), services.GetRequiredService<ModelOptions>(),
            services.GetRequiredService<EngineOptions>()).Concat(
                FloorRules.Between(services.GetRequiredService<ModelOptions>(), services.GetRequiredService<ControlOptions>()))
            .Concat(OptionsRules.Between(services.GetRequiredService<KafkaOptions>(), services.GetRequiredService<ControlOptions>()))
            .Concat(OptionsRules.Between(services.GetRequiredService<InputOptions>(), services.GetRequiredService<OutputOptions>())));
        if (faults.Count > 0) throw new OptionsValidationException("Sluice", typeof(WorkerHost), faults.Distinct());
    }

    // The generated ones begin with "The field".
    private static string Setting(string fault) =>
        fault.Split(' ').FirstOrDefault(word => word.StartsWith("Sluice:", StringComparison.Ordinal)) ?? fault;

    /// <summary>Leaves signals to the program that owns the worker.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
