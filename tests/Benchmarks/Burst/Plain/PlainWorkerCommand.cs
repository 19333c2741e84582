using System.CommandLine;
using Sluice.Worker;

namespace Benchmarks.Burst.Plain;

/// <summary><c>./sluice bench plain-worker</c>, which help does not show: the baseline as a process of its own.</summary>
internal static class PlainWorkerCommand
{
    /// <summary>What the command is called.</summary>
    public const string Name = "plain-worker";

    private static readonly Option<string>
        Kafka = Text("--kafka"), Input = Text("--input"), Output = Text("--output"), Group = Text("--group"), Model = Text("--model"),
        Graph = Text("--graph"), Policy = Text("--policy");

    private static readonly Option<int> Runs = new("--runs") { Required = true }, Threads = new("--threads") { Required = true };

    public static Command Create()
    {
        Command command = new(Name, "The baseline of bench burst.")
        {
            Kafka, Input, Output, Group, Model, Graph, Policy, Runs, Threads,
        };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            TextWriter errors = parsed.InvocationConfiguration.Error;
            using PlainWorker worker = new(Read(parsed), line => errors.WriteLine(line));
            worker.Run(StopSignals.HeedAll());
        });
        return command;
    }

    /// <summary>The arguments that <see cref="Create"/>'s command reads as <paramref name="options"/>.</summary>
    public static IEnumerable<string> Arguments(PlainOptions options) =>
    [
        Name, Kafka.Name, options.Kafka, Input.Name, options.Input, Output.Name, options.Output, Group.Name, options.Group,
        Model.Name, options.Model, Graph.Name, options.Graph, Policy.Name, options.Policy.Name,
        Runs.Name, $"{options.Runs}", Threads.Name, $"{options.Threads}",
    ];

    internal static PlainOptions Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(Kafka), parsed.GetRequiredValue(Input), parsed.GetRequiredValue(Output), parsed.GetRequiredValue(Group),
        parsed.GetRequiredValue(Model), parsed.GetRequiredValue(Graph), PlainPolicy.Parse(parsed.GetRequiredValue(Policy)),
        parsed.GetRequiredValue(Runs), parsed.GetRequiredValue(Threads));

    private static Option<string> Text(string name) => new(name) { Required = true };
}

/// <summary>What a plain worker is told.</summary>
/// <param name="Kafka">Bootstrap servers.</param>
/// <param name="Input">Topic of texts, UTF-8.</param>
/// <param name="Output">Topic of labels.</param>
/// <param name="Group">Consumer group.</param>
/// <param name="Model">Folder of the bundle.</param>
/// <param name="Graph">Kind of the baseline graph in it, such as <c>padded-fp32</c>.</param>
/// <param name="Policy">How batches are made.</param>
/// <param name="Runs">Batches that run at a time, at least 1.</param>
/// <param name="Threads">Threads of each run, at least 1.</param>
internal sealed record PlainOptions(
    string Kafka, string Input, string Output, string Group, string Model, string Graph, PlainPolicy Policy, int Runs, int Threads);
