using System.CommandLine;
using Benchmarks.Deliveries;
using Sluice.Cli.Embedded;
using TestKit;

namespace Benchmarks;

/// <summary><c>./sluice bench delivery</c>: what the worker's two promises cost beside bare loops that make the same, on a real Kafka.
/// </summary>
internal static class DeliveryBenchmark
{
    public static Benchmark Create()
    {
        Option<bool> quick = new("--quick") { Description = "One round of a few seconds each: a trial, whose figures do not count." };
        Option<string[]> only = new("--only")
        {
            Description = "Parts to run, separated by commas: throughput, latency, intervals (of transactions).",
            HelpName = "NAMES",
            CustomParser = GivenParts.NamesOf("part", [.. Enum.GetNames<DeliveryPart>().Select(name => name.ToLowerInvariant())]),
        };
        return new(
            "delivery",
            "Both delivery promises on a real Kafka: throughput, latency and allocations beside bare loops.",
            "The whole worker with an engine that answers at once, documents of 1 KiB as text, labels in Avro; beside it a loop of "
            + "Confluent.Kafka alone that writes as many bytes. At least once: idempotent producers, acks=all, offsets after delivery; "
            + "exactly once: transactions of 100 ms with the offsets inside. Goals: 60,000 and 40,000 documents/s with the broker on the "
            + "same two cores, or 0.8 of the loop's; p50 at most twice the loop's at half of what the loop reaches while load and "
            + "reader share the machine. Rounds are a third of --rounds. Needs a broker: SLUICE_TEST_KAFKA names one on this machine, or "
            + "SLUICE_SHARED a folder with a script for one.",
            (run, cancel) => RunAsync(
                run,
                run.Given.GetValue(quick) ? DeliveryLengths.Quick : DeliveryLengths.Whole with { Rounds = Math.Max(1, run.Rounds / 3) },
                [.. (run.Given.GetValue(only) ?? []).Select(part => Enum.Parse<DeliveryPart>(part, ignoreCase: true))],
                cancel))
        {
            Options = [quick, only],
        };
    }

    private static async Task RunAsync(BenchmarkRun run, DeliveryLengths lengths, DeliveryPart[] only, CancellationToken cancel)
    {
        (KafkaServer? server, string why) = await KafkaServer.StartAsync();
        if (server is null)
            throw new BenchmarkInputException($"There is no Kafka: {why}. Name a broker of this machine in SLUICE_TEST_KAFKA (host:port).");
        await using KafkaServer owned = server;
        await using EmbeddedRegistry registry = new();
        run.Report.AddVersion("kafka", server.IsOurs ? "one broker of this machine, started for this run" : "the broker that was named");
        run.Report.AddVersion("librdkafka", Confluent.Kafka.Library.VersionString);
        if (lengths.IsTrial) run.Report.Remark = "A trial of seconds: its figures say nothing.";
        DeliverySession session = new(run, lengths, server.BootstrapServers, await registry.StartAsync(cancel), cancel);
        await session.RunAsync(only.Length == 0 ? Enum.GetValues<DeliveryPart>() : only);
    }
}
