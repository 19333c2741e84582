using Benchmarks.Burst.Load;
using Benchmarks.Faults.Cluster;
using Benchmarks.Faults.Plan;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Cli.Embedded;

namespace Benchmarks.Faults.Runs;

/// <summary>A fault that happened.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="From">Seconds since the run's start, from when labels should flow again: the fault's end, or the kill.</param>
internal sealed record DoneFault(FaultKind Kind, double From);

/// <summary>Has the faults of a schedule happen, both lanes at a time.</summary>
/// <param name="cluster">The brokers.</param>
/// <param name="workers">The workers.</param>
/// <param name="registry">The registry that they know, for as long as this runs.</param>
/// <param name="topics">Those of the run.</param>
/// <param name="now">Seconds since the run's start.</param>
/// <param name="time">The clock.</param>
internal sealed class FaultDriver(
    BrokerCluster cluster, Workforce workers, EmbeddedRegistry registry, LoadTopics topics, Func<double> now, TimeProvider time)
{
    // Lanes may fall behind their schedule, since brokers come back in their own time: what is so late is left out.
    private const double MostLate = 60;

    private readonly Lock _gate = new();
    private readonly List<DoneFault> _done = []; // under the gate
    private readonly List<string> _leftOut = []; // under the gate

    /// <summary>The registry as it stands, which whoever began with one ends.</summary>
    public EmbeddedRegistry Registry { get; private set; } = registry;

    public IReadOnlyList<DoneFault> Done
    {
        get { lock (_gate) return [.. _done]; }
    }

    /// <summary>What was planned and did not happen, and why.</summary>
    public IReadOnlyList<string> LeftOut
    {
        get { lock (_gate) return [.. _leftOut]; }
    }

    /// <summary>Ends when all are over, healed.</summary>
    public Task RunAsync(FaultSchedule schedule, CancellationToken cancel) =>
        Task.WhenAll(RunLaneAsync(schedule.Brokers, cancel), RunLaneAsync(schedule.Workers, cancel));

    private async Task RunLaneAsync(IReadOnlyList<PlannedFault> lane, CancellationToken cancel)
    {
        foreach (PlannedFault fault in lane)
        {
            if (fault.At - now() is > 0 and var wait) await Task.Delay(TimeSpan.FromSeconds(wait), time, cancel);
            if (now() - fault.At > MostLate)
            {
                LeaveOut(fault, "the lane was over a minute late");
                continue;
            }

            await HappenAsync(fault, cancel);
        }
    }

    // A fault that began ends, whoever cancels: each is bounded by its length.
    private async Task HappenAsync(PlannedFault fault, CancellationToken cancel)
    {
        TimeSpan length = TimeSpan.FromSeconds(fault.Seconds);
        int broker = 1 + (fault.Target % BrokerCluster.Brokers);
        double from = now();
        switch (fault.Kind)
        {
            case FaultKind.KillWorker:
                await workers.KillAsync(fault.Target);
                Add(fault, from);
                await Task.Delay(length, time, CancellationToken.None);
                _ = workers.Start();
                return;
            case FaultKind.StopWorker:
                await workers.StopAsync(fault.Target);
                Add(fault, now());
                await Task.Delay(length, time, CancellationToken.None);
                _ = workers.Start();
                return;
            case FaultKind.AddWorker:
                _ = workers.Start();
                await Task.Delay(length, time, CancellationToken.None);
                await workers.StopAsync(fault.Target);
                break;
            case FaultKind.PauseWorker:
                await workers.PauseAsync(fault.Target, length);
                break;
            case FaultKind.RestartRegistry:
                EmbeddedRegistry next = Registry.Successor();
                await Registry.DisposeAsync();
                await Task.Delay(length, time, CancellationToken.None);
                Registry = next;
                await next.StartAsync(CancellationToken.None);
                break;
            case FaultKind.AddPartitions:
                if (!await TryAddPartitionsAsync(fault)) return;
                break;
            default:
                if (!await cluster.AreInSyncAsync(cancel)) // one at a time
                {
                    LeaveOut(fault, "replicas were not in sync by then");
                    return;
                }

                from = now();
                if (!await BreakBrokerAsync(fault, broker, length, from)) return;
                break;
        }

        Add(fault, now());
    }

    private async Task<bool> BreakBrokerAsync(PlannedFault fault, int broker, TimeSpan length, double from)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillBroker:
                await cluster.KillAsync(broker);
                Add(fault, from);
                await Task.Delay(length, time, CancellationToken.None);
                await cluster.UpAsync(broker);
                return false;
            case FaultKind.RestartBroker:
                await cluster.StopAsync(broker);
                await Task.Delay(length, time, CancellationToken.None);
                await cluster.UpAsync(broker);
                return true;
            case FaultKind.SlowBroker:
                await cluster.SlowAsync(broker);
                await Task.Delay(length, time, CancellationToken.None);
                await cluster.HealAsync(broker);
                return true;
            case FaultKind.CutBroker:
                await cluster.CutAsync(broker);
                await Task.Delay(length, time, CancellationToken.None);
                await cluster.OpenAsync(broker);
                return true;
            case FaultKind.BlackHole:
                await cluster.SwallowAsync(broker);
                await Task.Delay(length, time, CancellationToken.None);
                await cluster.HealAsync(broker);
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "A fault that nobody makes. This is a bug.");
        }
    }

    private async Task<bool> TryAddPartitionsAsync(PlannedFault fault)
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Direct })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            foreach (string topic in new[] { topics.Output, topics.Input })
            {
                int there = admin.GetMetadata(topic, TimeSpan.FromSeconds(20)).Topics.Single().Partitions.Count;
                await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = there + 1 }],
                    new CreatePartitionsOptions { RequestTimeout = TimeSpan.FromSeconds(20), OperationTimeout = TimeSpan.FromSeconds(20) });
            }

            return true;
        }
        catch (KafkaException why)
        {
            LeaveOut(fault, why.Error.Reason); // a broker is away, and the answer with it
            return false;
        }
    }

    private void Add(PlannedFault fault, double from)
    {
        lock (_gate) _done.Add(new DoneFault(fault.Kind, from));
    }

    private void LeaveOut(PlannedFault fault, string why)
    {
        lock (_gate) _leftOut.Add($"{fault.Kind}: {why}");
    }
}
