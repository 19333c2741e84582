using Confluent.Kafka;
using TestKit;

namespace Benchmarks.Faults.Cluster;

/// <summary>Three brokers of this machine that may be killed one at a time; where Toxiproxy is at hand, workers reach them through it.
/// </summary>
internal sealed class BrokerCluster : IAsyncDisposable
{
    public const int Brokers = 3;

    private const int PortsOfABroker = 2; // its own and its controller's
    private const int Ports = (PortsOfABroker * Brokers) + (2 * Brokers) + 1;

    // What acks=all rests on, and what a schedule of a minute needs of the group's coordinator.
    private const string Properties = "min.insync.replicas=2\ntransaction.state.log.min.isr=2\nunclean.leader.election.enable=false\n"
        + "group.min.session.timeout.ms=1000\n";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10), InSyncTimeout = TimeSpan.FromSeconds(45),
        EndTimeout = TimeSpan.FromSeconds(30), Glance = TimeSpan.FromMilliseconds(250), Late = TimeSpan.FromMilliseconds(300);

    private readonly ServerScript _script;
    private readonly Toxiproxy? _proxies;
    private readonly IAdminClient _admin;

    private BrokerCluster(ServerScript script, string direct, string ofWorkers, Toxiproxy? proxies)
    {
        (_script, Direct, OfWorkers, _proxies) = (script, direct, ofWorkers, proxies);
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = direct }).SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Bootstrap servers for load and readers, whom no network fault hits.</summary>
    public string Direct { get; }

    /// <summary>Bootstrap servers for workers.</summary>
    public string OfWorkers { get; }

    /// <summary>Whether connections can be slowed, cut and swallowed.</summary>
    public bool CanHoldConnections => _proxies is not null;

    /// <summary>Starts it; a minute and a half at most.</summary>
    /// <returns>The cluster; null, and why as part of a sentence, where there is no script for one.</returns>
    public static async Task<(BrokerCluster? Cluster, string Why)> StartAsync()
    {
        if (ServerScript.Find("kafka/kafka", ["java", "xz"], out string why) is not { } script) return (null, why);
        script.Variables["KAFKA_PROPERTIES"] = Properties;
        int first = FreePort.FindForLong(Ports);
        Toxiproxy? proxies = null;
        try
        {
            string direct = await script.RunAsync("start", $"{Brokers}", $"{first}");
            if (!Toxiproxy.IsThere(out _)) return (new BrokerCluster(script, direct, direct, null), "");
            int second = first + (PortsOfABroker * Brokers), third = second + Brokers;
            for (int broker = 1; broker <= Brokers; broker++)
            {
                await script.RunAsync("kill", $"{broker}"); // which waits for its end, as stop does not
                await File.AppendAllTextAsync(Path.Combine(script.Folder, $"{broker}", "server.properties"),
                    OwnListener(first + (PortsOfABroker * (broker - 1)), second + broker - 1, third + broker - 1));
            }

            proxies = await Toxiproxy.StartAsync(script.Folder, $"{third + Brokers}");
            for (int broker = 1; broker <= Brokers; broker++)
                await proxies.AddAsync(Name(broker), $"127.0.0.1:{third + broker - 1}", $"127.0.0.1:{second + broker - 1}");
            await script.RunAsync("start");
            return (new BrokerCluster(script, direct, string.Join(',', Enumerable.Range(third, Brokers).Select(port =>
                $"127.0.0.1:{port}")), proxies), "");
        }
        catch
        {
            if (proxies is not null) await proxies.DisposeAsync();
            await script.RunAsync("stop");
            script.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL to a broker, from 1 on.</summary>
    public Task KillAsync(int broker) => _script.RunAsync("kill", $"{broker}");

    /// <summary>SIGTERM to a broker, and SIGKILL where it takes over half a minute.</summary>
    public async Task StopAsync(int broker)
    {
        Task ended = _script.RunAsync("term", $"{broker}");
        if (await Task.WhenAny(ended, Task.Delay(EndTimeout, TimeProvider.System)) != ended) await KillAsync(broker);
        await ended;
    }

    /// <summary>Starts a broker again on its old log; a minute at most.</summary>
    public Task UpAsync(int broker) => _script.RunAsync("up", $"{broker}");

    public Task SlowAsync(int broker) => _proxies!.SlowAsync(Name(broker), Late);

    public Task CutAsync(int broker) => _proxies!.SetAsync(Name(broker), isOpen: false);

    public Task OpenAsync(int broker) => _proxies!.SetAsync(Name(broker), isOpen: true);

    public Task SwallowAsync(int broker) => _proxies!.SwallowAsync(Name(broker));

    public Task HealAsync(int broker) => _proxies!.HealAsync(Name(broker));

    /// <summary>Waits until every partition has all its replicas, three quarters of a minute at most.</summary>
    /// <returns>False when some have not by then.</returns>
    public async Task<bool> AreInSyncAsync(CancellationToken cancel)
    {
        for (long began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < InSyncTimeout;)
        {
            if (await Task.Run(IsInSync, cancel)) return true;
            await Task.Delay(Glance, TimeProvider.System, cancel);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        if (_proxies is not null) await _proxies.DisposeAsync();
        await _script.RunAsync("stop");
        _script.Dispose();
    }

    private bool IsInSync()
    {
        try
        {
            Metadata now = _admin.GetMetadata(AnswerTimeout);
            return now.Brokers.Count == Brokers && now.Topics.SelectMany(topic => topic.Partitions).All(partition =>
                partition.Leader >= 0 && partition.InSyncReplicas.Length == partition.Replicas.Length);
        }
        catch (KafkaException)
        {
            return false; // a broker is on its way up
        }
    }

    private static string Name(int broker) => $"broker{broker}";

    // Workers come by a listener of their own, whose advertised address is the proxy's: brokers and load go past it.
    private static string OwnListener(int own, int listens, int advertised) =>
        $"\nlisteners=PLAINTEXT://127.0.0.1:{own},CONTROLLER://127.0.0.1:{own + 1},WORKERS://127.0.0.1:{listens}\n"
        + $"advertised.listeners=PLAINTEXT://127.0.0.1:{own},WORKERS://127.0.0.1:{advertised}\n"
        + "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,WORKERS:PLAINTEXT\n"
        + "inter.broker.listener.name=PLAINTEXT\n";
}
