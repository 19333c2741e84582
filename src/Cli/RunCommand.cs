using System.CommandLine;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary><c>./sluice run</c>: the worker on a real cluster, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string?> config = new("--config")
        {
            Description = "A JSON file of settings; docs/configuration.md has one to begin with.",
            HelpName = "FILE",
        };
        Option<string?> secrets = new(SecretFiles.Option)
        {
            Description = $"A folder of settings, one a file, such as Kafka__Common__sasl.password; else ${SecretFiles.Variable}.",
            HelpName = "FOLDER",
        };
        Argument<string[]> settings = new("settings")
        {
            Description = "Any setting of docs/configuration.md: --Section:Name=value, or --Section:Name value.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("run",
            $"""
            Runs the worker on a Kafka cluster until SIGTERM, SIGINT or SIGHUP; then it delivers and commits what it has read.

              ./sluice run --Model:Path=models/mail --Kafka:BootstrapServers=kafka:9092 --Kafka:InputTopics:0=mails \
                --Registry:Url=http://registry:8081

            Settings come from appsettings.json, from --config, from the files of --secrets, from the environment
            (Sluice__Kafka__GroupId=mail) and from the command line (--Kafka:GroupId=mail); later ones win. Lists are numbered, from 0.

            {ExitCodes.OfTheWorker}
            """)
        { settings, config, secrets };
        command.SetAction((result, stop) => WorkerProgram.RunAsync(result.GetValue(settings) ?? [], result.GetValue(config),
            result.GetValue(secrets), result.InvocationConfiguration.Error, stop));
        return command;
    }
}
