using Benchmarks.Burst.Load;
using Benchmarks.Burst.Runs;
using Benchmarks.Faults.Account;
using Benchmarks.Faults.Cluster;
using Benchmarks.Faults.Plan;
using Sluice.Cli.Embedded;
using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;
using TestKit;

namespace Benchmarks.Faults.Runs;

/// <summary>One run: documents, workers, a schedule of faults, and the account afterwards.</summary>
/// <param name="cluster">The brokers.</param>
/// <param name="lengths">How long, and how many documents.</param>
/// <param name="delivery"><c>Delivery:Mode</c>.</param>
/// <param name="seed">Of schedule and documents.</param>
/// <param name="keepsKeyOrder"><c>Pipeline:KeepKeyOrder</c>.</param>
/// <param name="time">The clock; the brokers' is the same.</param>
internal sealed class FaultRun(
    BrokerCluster cluster, FaultLengths lengths, string delivery, int seed, bool keepsKeyOrder, TimeProvider time)
{
    public const string ExactlyOnce = "ExactlyOnce", AtLeastOnce = "AtLeastOnce";

    private const int Workers = 3, SessionMs = 6000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120), Glance = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may come of what waits, at the end, before the rest counts as lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <param name="cancel">Ends it with an exception.</param>
    public async Task<RunResult> RunAsync(CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("sluice-faults-").FullName;
        LoadTopics direct = await LoadTopics.CreateAsync(cluster.Direct, "faults"), topics = direct with { Kafka = cluster.OfWorkers };
        EmbeddedRegistry registry = new();
        FaultDriver? driver = null;
        try
        {
            Uri url = await registry.StartAsync(cancel);
            int schemaId;
            using (RegistryClient client = new(new RegistryOptions { Url = url.ToString() }))
                schemaId = await client.RegisterAsync($"{topics.Input}-value", Document.SchemaText, cancel);
            await using Workforce workers = new(System(url), topics, folder, time);
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => workers.Start())).WaitAsync(StartTimeout, time, cancel);
            DateTimeOffset start = time.GetUtcNow();
            long began = time.GetTimestamp();
            driver = new FaultDriver(cluster, workers, registry, topics, () => time.GetElapsedTime(began).TotalSeconds, time);
            using RunAccount account = new(cluster.Direct, topics, start);
            DocumentLoad load = new(cluster.Direct, topics, schemaId, lengths.PerSecond, seed, time);
            await UnderFaultsAsync(workers, driver, load, cancel);
            await Task.Run(account.ReadDocuments, cancel);
            await FinishAsync(account, cancel);
            await workers.StopAllAsync();
            await Task.Run(account.ReadOutcomes, cancel);
            RunResult result = new(lengths, delivery, seed, IsOrdered, account.Ledger, driver.Done, driver.LeftOut, workers.Ended,
                load.Failed, time.GetElapsedTime(began), folder);
            if (result.Held) Directory.Delete(folder, recursive: true);
            return result;
        }
        finally
        {
            await (driver?.Registry ?? registry).DisposeAsync();
            await direct.DeleteAsync();
        }
    }

    // In transactions labels stand in the order of their documents anyway.
    private bool IsOrdered => keepsKeyOrder || delivery == ExactlyOnce;

    private async Task UnderFaultsAsync(Workforce workers, FaultDriver driver, DocumentLoad load, CancellationToken cancel)
    {
        using CancellationTokenSource loaded = CancellationTokenSource.CreateLinkedTokenSource(cancel), supervised = new();
        Task supervising = workers.SuperviseAsync(supervised.Token);
        Task writing = load.RunAsync(loaded.Token);
        try
        {
            Task length = Task.Delay(TimeSpan.FromSeconds(lengths.Seconds), time, cancel);
            await driver.RunAsync(FaultSchedule.Create(seed, lengths.Seconds, cluster.CanHoldConnections), cancel);
            await length;
        }
        finally
        {
            await loaded.CancelAsync();
            await writing;
            await supervised.CancelAsync();
            await supervising;
        }
    }

    private async Task FinishAsync(RunAccount account, CancellationToken cancel)
    {
        int last = -1;
        for (long moved = time.GetTimestamp(); ; await Task.Delay(Glance, time, cancel))
        {
            await Task.Run(account.ReadOutcomes, cancel);
            if (account.Ledger.Answered == account.Ledger.Documents) return;
            if (account.Ledger.Answered != last) (last, moved) = (account.Ledger.Answered, time.GetTimestamp());
            else if (time.GetElapsedTime(moved) > Patience) return;
        }
    }

    private ServedSystem System(Uri registry) => ServedSystem.Sluice($"sluice {delivery}", Model, lengths.Mode, registry, null,
    [
        "--Input:Format=Avro", "--Input:TextFields:0=subject", "--Input:TextFields:1=body", "--Batching:CostFolder=none",
        $"--Delivery:Mode={delivery}", $"--Pipeline:KeepKeyOrder={keepsKeyOrder}", "--Kafka:StartTimeout=00:01:00",
        $"--Kafka:Consumer:session.timeout.ms={SessionMs}", "--Kafka:Consumer:heartbeat.interval.ms=500",
        "--Kafka:Consumer:topic.metadata.refresh.interval.ms=5000",
    ]);

    private string Model => lengths.IsTiny
        ? Path.Combine(RepositoryRoot.Find(), "tests", "FunctionalTests", "TinyModels", "tiny")
        : Path.Combine(RepositoryRoot.Find(), "models", "mail");
}

/// <summary>What came of a run.</summary>
/// <param name="Lengths">What was run.</param>
/// <param name="Delivery"><c>Delivery:Mode</c>.</param>
/// <param name="Seed">Of schedule and documents.</param>
/// <param name="IsOrdered">Whether labels of a key must stand in the order of their documents.</param>
/// <param name="Ledger">All documents and what came of them.</param>
/// <param name="Faults">Those that happened.</param>
/// <param name="LeftOut">Those that did not, and why.</param>
/// <param name="Ended">Workers that ended otherwise than they were told to.</param>
/// <param name="Unsent">Documents that the brokers did not take.</param>
/// <param name="Took">From the first document to the last answer.</param>
/// <param name="Folder">What workers wrote; gone where it held.</param>
internal sealed record RunResult(FaultLengths Lengths, string Delivery, int Seed, bool IsOrdered, Ledger Ledger,
    IReadOnlyList<DoneFault> Faults, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Ended, int Unsent, TimeSpan Took, string Folder)
{
    /// <summary>What is under way to a broker when its sender dies may still be written.</summary>
    private const double Grace = 0.25;

    private readonly IReadOnlyList<PartitionFlow> _flows = Ledger.Flows();

    /// <summary>The longest stretch of any partition in which documents waited and nothing came of them, in seconds.</summary>
    public double LongestStandstill => _flows.Select(flow => flow.LongestStandstill).DefaultIfEmpty(0).Max();

    /// <summary>Seconds from a fault's end, or from the kill, until labels of all partitions flow again.</summary>
    public double RecoveryFrom(DoneFault fault) => _flows.Select(flow => flow.Recovery(fault.From,
        fault.Kind is FaultKind.KillWorker or FaultKind.KillBroker ? Grace : 0)).DefaultIfEmpty(0).Max();

    /// <summary>Repeats that the replay window allows at most: what may be labelled beyond the committed offset of each partition, for each
    /// worker that died or lost its session.</summary>
    public int MostRepeats
    {
        get
        {
            int partitions = _flows.Count, ends = Ended.Count + Faults.Count(fault => fault.Kind is FaultKind.KillWorker
                or FaultKind.PauseWorker or FaultKind.BlackHole);
            return ends * partitions * Math.Max(Window, Ledger.MostInASecond / Math.Max(1, partitions));
        }
    }

    /// <summary>Whether nothing was lost, repeated beyond what is allowed, out of order, or made of what is no document.</summary>
    public bool Held => !Ledger.Lost.Any() && Ledger.Strangers == 0 && (!IsOrdered || Ledger.OutOfOrder == 0) && LongestStandstill <= 60
        && (Delivery == FaultRun.ExactlyOnce ? Ledger.Duplicated.Count == 0 : Ledger.Repeats <= MostRepeats);

    // The default of Delivery:ReplayWindow, documents of a partition.
    private const int Window = 500;
}
