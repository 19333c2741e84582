using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Benchmarks.Faults;
using Benchmarks.Faults.Cluster;
using Benchmarks.Faults.Plan;
using Benchmarks.Faults.Runs;

namespace Benchmarks;

/// <summary><c>./sluice bench faults</c>: workers and brokers that die, stand still and are cut off, and whether every document is
/// accounted for.</summary>
internal static class FaultsBenchmark
{
    private const int MostSeeds = 100;

    // At least once, then exactly once: the names of Delivery:Mode.
    private static readonly string[] Modes = ["AtLeastOnce", FaultRun.ExactlyOnce];

    public static Benchmark Create()
    {
        Option<int> seed = new("--seed")
        {
            Description = "Of the first schedule.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
            CustomParser = Whole(0, int.MaxValue - MostSeeds),
        };
        Option<int> seeds = new("--seeds")
        {
            Description = $"How many schedules, of this seed and those after it; 1..{MostSeeds}.",
            HelpName = "K",
            DefaultValueFactory = _ => 1,
            CustomParser = Whole(1, MostSeeds),
        };
        Option<bool> shorter = new("--short") { Description = "A minute and a quarter of faults, 20,000 documents, a tiny model." };
        Option<bool> keyOrder = new("--key-order") { Description = "With Pipeline:KeepKeyOrder, and the order of each key is checked." };
        Option<string?> mode = new("--mode") { Description = "Only this Delivery:Mode.", HelpName = "MODE" };
        mode.AcceptOnlyFromAmong(Modes);
        return new(
            "faults",
            "Delivery while workers, brokers, connections and the registry fail, on a real Kafka.",
            "Three brokers with min.insync.replicas=2 and three workers. A schedule, the same for the same seed, kills workers, stops and "
            + "continues them, adds and removes them, kills and restarts brokers one at a time, slows, cuts and swallows connections, "
            + "restarts the registry and adds partitions; 1% of documents are poison, a fifth is written in transactions, some aborted. "
            + "Afterwards every document is accounted for from the topics alone, under read_committed. Without --short: 1,000,000 "
            + "documents with a tiny model, then 50,000 with the mails' in Auto, ten minutes each. Needs SLUICE_SHARED: a folder with a "
            + "script that starts and kills brokers, and Toxiproxy, without which faults of connections are left out.",
            (run, cancel) => RunAsync(run, run.Given.GetValue(shorter) ? [FaultLengths.Short] : FaultLengths.Full,
                run.Given.GetValue(mode) is { } one ? [one] : Modes,
                [.. Enumerable.Range(run.Given.GetValue(seed), run.Given.GetValue(seeds))], run.Given.GetValue(keyOrder), cancel))
        {
            Options = [seed, seeds, shorter, keyOrder, mode],
        };
    }

    private static async Task RunAsync(BenchmarkRun run, IReadOnlyList<FaultLengths> lengths, IReadOnlyList<string> modes,
        IReadOnlyList<int> seeds, bool keepsKeyOrder, CancellationToken cancel)
    {
        (BrokerCluster? cluster, string why) = await BrokerCluster.StartAsync();
        if (cluster is null) throw new BenchmarkInputException($"There is no Kafka whose brokers may be killed: {why}.");
        await using BrokerCluster owned = cluster;
        run.Report.AddVersion("kafka", $"{BrokerCluster.Brokers} brokers of this machine, started for this run");
        run.Report.AddVersion("seeds", $"{seeds[0]} to {seeds[^1]}");
        if (!cluster.CanHoldConnections)
            run.Report.AddVersion("left out", "faults of connections: Toxiproxy is not at hand");
        List<RunResult> results = [];
        try
        {
            foreach ((FaultLengths length, int seed, string mode) in lengths.SelectMany(length =>
                seeds.SelectMany(seed => modes.Select(mode => (length, seed, mode)))))
            {
                run.Note(string.Create(CultureInfo.InvariantCulture, $"{length.Name}, {mode}, seed {seed}"));
                try
                {
                    results.Add(await new FaultRun(cluster, length, mode, seed, keepsKeyOrder, TimeProvider.System).RunAsync(cancel));
                    run.Note(FaultReport.Line(results[^1]));
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    run.Report.AddFault($"{length.Name}, {mode}, seed {seed}: {fault.Message}");
                }
            }
        }
        finally
        {
            new FaultReport(run.Report, results).Add();
        }
    }

    private static Func<ArgumentResult, int> Whole(int least, int most) => result =>
    {
        string given = result.Tokens[0].Value;
        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is {given}; it must be between {least} and {most}.");
        return least;
    };
}
