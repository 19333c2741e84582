using System.CommandLine;
using System.Globalization;
using Benchmarks.Burst;
using Benchmarks.Burst.Load;
using Benchmarks.Burst.Picture;
using Sluice.Cli.Embedded;
using Sluice.Inference.Onnx;
using TestKit;

namespace Benchmarks;

/// <summary><c>./sluice bench burst</c>: the worker and what people run today under bursts, on a real Kafka.</summary>
internal static class BurstBenchmark
{
    public static Benchmark Create()
    {
        Option<double> minutes = new("--minutes")
        {
            Description = "It ends within so many, 1..600. What is worth least to the figures is left out, and told; the bursty day takes "
                + "what the rest leaves, ten minutes a system at most.",
            HelpName = "N",
            DefaultValueFactory = _ => 60,
            CustomParser = GivenParts.MinutesWithin(1, 600),
        };
        Option<string[]> only = new("--only")
        {
            Description = "Parts to run, separated by commas: mix, mail, day. Capacities are measured for each.",
            HelpName = "NAMES",
            CustomParser = GivenParts.NamesOf("part", [.. Enum.GetNames<BurstPart>().Select(name => name.ToLowerInvariant())]),
        };
        Option<bool> trial = new("--trial") { Description = "Phases of seconds, to see that it works: its figures do not count." };
        Option<FileInfo?> svg = new("--svg")
        {
            Description = "Draw the burst of mails, and the sweep over burst sizes, to this file.",
            HelpName = "FILE",
        };
        return new(
            "burst",
            "Bursts on a real Kafka: throughput, latency, lag and accuracy of the worker beside what people run today.",
            "Open loop: documents come when they are due, and latency counts from then. Rates are multiples of the capacity of a plain "
            + "worker (Confluent.Kafka, FastBertTokenizer, padded fp32 ONNX Runtime) in its best policy, measured first. 30 s of calm at "
            + "30% of it, a burst of 20 s, 60 s of calm: our worker with Model:Mode=auto and fixed to the swift student at 5, 10, 20, 40 "
            + "and 80 times, the plain worker, the same with dynamic int8 and our teacher at 10 and 80; mails at 20, dynamic int8 left "
            + "out; then a bursty day. Needs a broker: SLUICE_TEST_KAFKA names one on this machine, or SLUICE_SHARED a folder with a "
            + "script for one.",
            (run, cancel) => RunAsync(
                run,
                new BurstPlan(
                    run.Given.GetValue(trial) ? BurstLengths.Trial : BurstLengths.Whole,
                    [.. (run.Given.GetValue(only) ?? []).Select(part => Enum.Parse<BurstPart>(part, ignoreCase: true))],
                    TimeSpan.FromMinutes(run.Given.GetValue(minutes))),
                run.Given.GetValue(svg),
                cancel))
        {
            Options = [minutes, only, trial, svg],
        };
    }

    private static async Task RunAsync(BenchmarkRun run, BurstPlan plan, FileInfo? svg, CancellationToken cancel)
    {
        (KafkaServer? server, string why) = await KafkaServer.StartAsync();
        if (server is null)
            throw new BenchmarkInputException($"There is no Kafka: {why}. Name a broker of this machine in SLUICE_TEST_KAFKA (host:port).");
        await using KafkaServer owned = server;
        await using EmbeddedRegistry registry = new();
        run.Report.AddVersion("onnxruntime", OnnxEnvironment.Version);
        run.Report.AddVersion("kafka", server.IsOurs ? "one broker of this machine, started for this run" : "the broker that was named");
        run.Report.AddVersion("seed", Schedule.Seed.ToString(CultureInfo.InvariantCulture));
        run.NameTexts();
        if (plan.Lengths == BurstLengths.Trial) run.Report.Remark = "A trial: phases of seconds, whose figures say nothing.";
        BurstSession session = new(run, plan, server, await registry.StartAsync(cancel), TimeProvider.System, cancel);
        try
        {
            await session.RunAsync();
        }
        finally
        {
            BurstReport report = new(run.Report, session.Results, judged: plan.Lengths != BurstLengths.Trial);
            report.AddTables();
            report.AddFigures();
        }

        if (svg is not null)
        {
            Directory.CreateDirectory(svg.DirectoryName!);
            await File.WriteAllTextAsync(svg.FullName, BurstPicture.Render(session.Results, run.Report.Machine), cancel);
        }
    }
}
