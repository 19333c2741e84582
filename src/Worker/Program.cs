using Sluice.Worker.Configuration;
using Sluice.Worker.Kafka;
using Sluice.Worker.Monitoring;
using Sluice.Worker.Startup;

namespace Sluice.Worker;

/// <summary>The worker alone, without the other commands of <c>./sluice</c>: what an image runs.</summary>
internal static class Program
{
    private const string Name = "Sluice.Worker", Help = $"""
        {Name} [--config FILE] [--secrets FOLDER] [--Section:Name=value ...]

        Labels documents from Kafka topics until SIGTERM, SIGINT or SIGHUP; then it delivers and commits what it has read.

          {Name} --Model:Path=models/mail --Kafka:BootstrapServers=kafka:9092 --Kafka:InputTopics:0=mails \
            --Registry:Url=http://registry:8081

        Settings come from appsettings.json, from --config, from the files in the folder of --secrets (or SLUICE_SECRETS), from the
        environment (Sluice__Kafka__GroupId=mail) and from the command line (--Kafka:GroupId=mail); later ones win. Lists are
        numbered, from 0. docs/configuration.md has all of them.

        {ExitCodes.OfTheWorker}

        --health http://127.0.0.1:9464/health/ready asks a worker that runs with Metrics:Port, prints its answer, and ends with 0 where
        it is well and with 1 where it is not, or does not answer: for the health check of a container.
        --help shows this, --version the version and what the Kafka client can do for security.
        """;

    private static async Task<int> Main(string[] args)
    {
        CancellationToken stop = StopSignals.HeedAll();
        try
        {
            return await RunAsync(args, Console.Out, Console.Error, stop);
        }
        catch (Exception e)
        {
            return UnhandledFault.Tell(e, args, Console.Error, Name);
        }
    }

    /// <summary>What the arguments ask for.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        switch (args)
        {
            case ["--help" or "-h" or "-?", ..]:
                await output.WriteLineAsync(Help);
                return 0;
            case ["--version", ..]:
                await output.WriteLineAsync($"{Name} {ProductBuild.This}\n{ClientFeatures.Describe()}");
                return 0;
            case ["--health", var address]:
                return await HealthProbe.AskAsync(address, output, errors, stop);
        }

        if (FileHandles.Fault("run", Name) is { } fault)
        {
            await errors.WriteLineAsync(fault);
            return ExitCodes.CannotStart;
        }

        (string? config, string[] others) = Split(args, GivenSettings.FileOption);
        (string? secrets, string[] settings) = Split(others, SecretFiles.Option);
        return await WorkerProgram.RunAsync(settings, config, secrets, errors, stop);
    }

    /// <summary>Takes <c>--config FILE</c> or <c>--config=FILE</c> out of the settings; of several the last one. Without a file it is
    /// empty, which is told as any other file that is not there.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="option">Such as <c>--config</c>.</param>
    internal static (string? Given, string[] Settings) Split(string[] args, string option)
    {
        string? given = null;
        List<string> settings = [];
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == option) given = i + 1 < args.Length ? args[++i] : "";
            else if (args[i].StartsWith(option + "=", StringComparison.Ordinal)) given = args[i][(option.Length + 1)..];
            else settings.Add(args[i]);
        }

        return (given, [.. settings]);
    }
}
