using Benchmarks.Burst.Load;
using Benchmarks.Burst.Plain;

namespace Benchmarks.Burst.Runs;

/// <summary>Something that labels, as a process of its own.</summary>
/// <param name="Name">As it stands in tables.</param>
/// <param name="Arguments">Of <c>dotnet</c>, from the topics to serve.</param>
/// <param name="MetricsPort">Where its metrics can be had on loopback; null where it has none.</param>
internal sealed record ServedSystem(string Name, Func<LoadTopics, IEnumerable<string>> Arguments, int? MetricsPort = null)
{
    /// <summary>A plain worker.</summary>
    /// <param name="name">As it stands in tables.</param>
    /// <param name="model">Folder of the bundle.</param>
    /// <param name="graph">Kind of the baseline graph.</param>
    /// <param name="policy">How it makes batches.</param>
    /// <param name="threads">Threads of a run; as many runs go on at a time as the cores have room for.</param>
    public static ServedSystem Plain(string name, string model, string graph, PlainPolicy policy, int threads) => new(name, topics =>
        ["exec", typeof(ServedSystem).Assembly.Location, .. PlainWorkerCommand.Arguments(new PlainOptions(topics.Kafka, topics.Input,
            topics.Output, topics.Name, model, graph, policy, Math.Max(1, Environment.ProcessorCount / threads), threads))]);

    /// <summary>The worker of this project, as <c>./sluice run</c> starts it: with its defaults.</summary>
    /// <param name="name">As it stands in tables.</param>
    /// <param name="model">Folder of the bundle.</param>
    /// <param name="mode"><c>Model:Mode</c>.</param>
    /// <param name="registry">Base address of a registry.</param>
    /// <param name="metricsPort">A free port; null for a worker that tells no metrics.</param>
    /// <param name="more">Settings beyond, as on the command line; they go before others.</param>
    public static ServedSystem Sluice(string name, string model, string mode, Uri registry, int? metricsPort,
        IReadOnlyList<string>? more = null) => new(
        name,
        topics =>
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll"), "run",
            $"--Kafka:BootstrapServers={topics.Kafka}", $"--Kafka:GroupId={topics.Name}", $"--Kafka:InputTopics:0={topics.Input}",
            $"--Kafka:OutputTopic={topics.Output}", $"--Kafka:DeadLetterTopic={topics.DeadLetters}", $"--Registry:Url={registry}",
            "--Input:Format=Text", $"--Model:Path={model}", $"--Model:Mode={mode}",
            .. metricsPort is { } port ? new[] { "--Metrics:Host=127.0.0.1", $"--Metrics:Port={port}" } : [],
            .. more ?? [],
        ],
        metricsPort);
}
