using System.CommandLine;
using Confluent.Kafka;
using Sluice.Cli.Demo.Clusters;
using Sluice.Worker;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Sluice.Cli;

/// <summary><c>./sluice read</c>: what a topic holds, for a person who wants to see labels and dead-letter records.</summary>
internal static class ReadCommand
{
    private const string Description = """
        Prints what a topic holds, from its beginning to its present end: a JSON line for each record. Commits nothing.

          out   {"partition":0,"offset":7,"key":"...","headers":{...},"value":...}

        A value behind a schema registry's header is decoded with its schema, into Avro's JSON encoding (a union's value is
        tagged with its type), and a JSON object is printed as one, without asking the registry; another value is printed as
        text, or as "value_hex" where it is none. So is one that would take more than 16 MiB decoded, with a "value_error". Try:

          ./sluice read mails.labels --cluster kafka:9092 --registry http://registry:8081
          ./sluice read mails.dead-letters --last 1

        TLS and passwords as for the worker: Sluice__Kafka__Common__* and Sluice__Registry__*, or files in SLUICE_SECRETS.
        """;

    public static Command Create()
    {
        Argument<string> topic = new("topic") { Description = "The topic." };
        Option<string> cluster = new("--cluster")
        {
            Description = "The Kafka cluster.",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => "127.0.0.1:9092",
        };
        Option<string> registry = new("--registry")
        {
            Description = "The schema registry's base address.",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:8081",
        };
        Option<int?> last = new("--last")
        {
            Description = "Only the last N of each partition.",
            HelpName = "N",
            CustomParser = result => WholeNumber.Parse(result, "--last", int.MaxValue, "1 or more"),
        };
        cluster.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } servers && !BootstrapServers.IsList(servers))
                result.AddError($"--cluster {BootstrapServers.Fault}");
        });
        Command command = new("read", Description) { topic, cluster, registry, last };
        command.SetAction(async (result, stop) =>
        {
            try
            {
                RegistryOptions options =
                    EnvironmentSettings.RegistryAt(result.GetRequiredValue(registry), EnvironmentSettings.All) with { Attempts = 2 };
                using TopicLines lines = new(
                    EnvironmentSettings.ForClients(EnvironmentSettings.All, result.GetRequiredValue(cluster)), options);
                await using Stream output = new StandardOutput();
                await lines.PrintAsync(result.GetRequiredValue(topic), result.GetValue(last), output, stop);
                return 0;
            }
            catch (OutputException e)
            {
                return e.Tell(result.InvocationConfiguration.Error);
            }
            catch (Exception e) when (e is ClusterException or KafkaException or RegistryUnavailableException or ArgumentException
                or InvalidDataException || (e is OperationCanceledException && stop.IsCancellationRequested))
            {
                await result.InvocationConfiguration.Error.WriteLineAsync(
                    EnvironmentSettings.AsGivenHere(EnvironmentSettings.Redaction.Clean(e.Message)));
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
