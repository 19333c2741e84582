using System.CommandLine;
using Sluice.Worker;

namespace Sluice.Cli;

/// <summary>Commands that <c>./sluice</c> carries out itself, with other programs than the worker. They stand
/// here so that the help is whole.</summary>
internal static class EntryCommands
{
    private const string Benchmarks = """
        Measures, and compares with the goals: ./sluice bench NAME [--json FILE] [--markdown FILE].

          avro         One text field out of a record of 12 fields and 1 KiB, on one thread: bytes a second and allocated bytes.
          formats      Reading of documents of 1 KiB in each format, on one thread: documents and bytes a second, and allocated bytes.
          tokenizer    WordPiece on one thread: tokens a second beside two other tokenizers, allocated bytes, and huge documents.
          inference    What packing, [CLS]-only last layers, int8 and batching by length are worth, against what is served today.
          batching     What planned batches are worth: throughput and latency against padded ones, on mails, reviews, news and a mix.
          memory       Resident memory while 200,000 documents of 1 to 512 tokens pass in an adversarial order.
          students     Accuracy, latency and capacity of every mode: swift, one to all students, the teacher.
          modes        What it costs to change the mode a hundred times a second, between batches of the running path.
          metrics      What metrics cost: of each label, of each scrape, and of the running path without a model.
          delivery     Both delivery promises on a real Kafka: throughput, latency and allocations beside bare loops.
          burst        Bursts on a real Kafka: throughput, latency, lag and accuracy of the worker beside what people run today.
          faults       Delivery while workers, brokers, connections and the registry fail, on a real Kafka.
          gpu          What the model is worth on a GPU: where its nodes run, documents a second, latency, and whether it is right.
          micro        Runs micro-benchmarks with BenchmarkDotNet: times and allocated bytes of single operations.

        ./sluice bench NAME --help says on what data a benchmark measures, against what, and what its goals are.
        """;

    /// <summary><c>./sluice bench</c>: the program tests/Benchmarks.</summary>
    public static Command Bench() => Create("bench", Benchmarks,
        "arguments", "The benchmark's name and options, such as: tokenizer --json tokenizer.json");

    /// <summary><c>./sluice test</c>: every test project, by eng/run-tests.</summary>
    public static Command Test() => Create("test", "Runs all tests; the last line is \"N passed, N failed, N skipped\".",
        "filter", "Any part of a test's full name, such as: Tokenization. Several are joined by or.");

    /// <summary><c>./sluice train</c>: the Python package in training/.</summary>
    public static Command Train() => Create("train", "Fine-tunes, exports and checks models: training/README.md tells how long each takes.",
        "arguments", "Such as: teacher --task mail. With none, the training's own help.");

    /// <summary><c>./sluice setup</c>: the steps in eng/ and nothing else.</summary>
    public static Command Setup() => Create("setup",
        "Fetches and builds all that the other commands need, so that they start at once and without a network.",
        "commands", "Set up for these commands only, such as: demo train. Default: all but train.");

    private static Command Create(string name, string description, string arguments, string whichArguments)
    {
        Command command = new(name, description)
        {
            new Argument<string[]>(arguments) { Description = whichArguments, Arity = ArgumentArity.ZeroOrMore },
        };
        command.SetAction(result =>
        {
            result.InvocationConfiguration.Error.WriteLine(
                $"'{name}' is carried out by the script at the repository's root. Run: ./sluice {name}");
            return ExitCodes.Misconfigured;
        });
        return command;
    }
}
