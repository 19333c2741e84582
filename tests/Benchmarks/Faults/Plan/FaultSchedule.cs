namespace Benchmarks.Faults.Plan;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to a worker; another is started afterwards.</summary>
    KillWorker,

    /// <summary>SIGSTOP to a worker for longer than its session, then SIGCONT.</summary>
    PauseWorker,

    /// <summary>SIGTERM to a worker; another is started afterwards.</summary>
    StopWorker,

    /// <summary>One worker more, which is stopped again.</summary>
    AddWorker,

    /// <summary>The registry goes, and comes back with what it knew.</summary>
    RestartRegistry,

    /// <summary>One partition more for the documents and one for the labels.</summary>
    AddPartitions,

    /// <summary>SIGKILL to a broker, which comes back on its old log.</summary>
    KillBroker,

    /// <summary>SIGTERM to a broker, which comes back on its old log.</summary>
    RestartBroker,

    /// <summary>What workers hear of a broker comes late.</summary>
    SlowBroker,

    /// <summary>The connections of workers to a broker are cut, and new ones refused.</summary>
    CutBroker,

    /// <summary>The connections of workers to a broker stay, and swallow everything.</summary>
    BlackHole,
}

/// <summary>A fault of a schedule.</summary>
/// <param name="At">Seconds after the schedule's start, not before which it begins.</param>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Target">Whom it hits: the remainder by how many there are.</param>
/// <param name="Seconds">How long it lasts; for what ends somebody, until another comes.</param>
internal sealed record PlannedFault(double At, FaultKind Kind, int Target, double Seconds);

/// <summary>What goes wrong when: two lanes, each of one fault after the other. Those of brokers and of their connections stand in one, so
/// that no two brokers are away at a time.</summary>
/// <param name="Brokers">Faults of brokers and connections, in the order of their times.</param>
/// <param name="Workers">Faults of workers, registry and topics, in the order of their times.</param>
internal sealed record FaultSchedule(IReadOnlyList<PlannedFault> Brokers, IReadOnlyList<PlannedFault> Workers)
{
    /// <summary>Kinds that stand before the connections of workers to brokers.</summary>
    public static readonly FaultKind[] OfConnections = [FaultKind.SlowBroker, FaultKind.CutBroker, FaultKind.BlackHole];

    private const double QuietAtFirst = 3;
    private const int Targets = 1000;

    private static readonly FaultKind[] OfBrokers = [FaultKind.KillBroker, FaultKind.RestartBroker, .. OfConnections];

    private static readonly FaultKind[] OfWorkers =
    [
        FaultKind.KillWorker, FaultKind.PauseWorker, FaultKind.StopWorker, FaultKind.AddWorker, FaultKind.RestartRegistry,
        FaultKind.AddPartitions,
    ];

    /// <summary>All faults, lane by lane.</summary>
    public IEnumerable<PlannedFault> All => Brokers.Concat(Workers);

    /// <summary>The schedule of a seed: the same for the same arguments, whatever the machine.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="seconds">None lasts longer than to here.</param>
    /// <param name="canHoldConnections">Whether something stands between workers and brokers; else kinds that need it are left out.</param>
    public static FaultSchedule Create(int seed, double seconds, bool canHoldConnections)
    {
        Random random = new(seed); // its numbers are the same in every version of .NET
        FaultKind[] ofBrokers = canHoldConnections ? OfBrokers : [.. OfBrokers.Except(OfConnections)];
        return new FaultSchedule(Lane(random, ofBrokers, seconds), Lane(random, OfWorkers, seconds));
    }

    /// <summary>From how many seconds to how many a fault lasts.</summary>
    public static (double Least, double Most) Length(FaultKind kind) => kind switch
    {
        FaultKind.KillWorker or FaultKind.StopWorker => (1, 4),
        FaultKind.PauseWorker => (8, 12),
        FaultKind.AddWorker => (8, 12),
        FaultKind.RestartRegistry => (2, 5),
        FaultKind.AddPartitions => (0, 0),
        FaultKind.KillBroker => (3, 7),
        FaultKind.RestartBroker => (0, 2),
        FaultKind.SlowBroker => (3, 6),
        FaultKind.CutBroker => (1, 3),
        FaultKind.BlackHole => (8, 12),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A fault without a length. This is a bug."),
    };

    // Each kind once in a random order, then each again: a short schedule has all of them.
    private static List<PlannedFault> Lane(Random random, FaultKind[] kinds, double seconds)
    {
        List<PlannedFault> lane = [];
        Queue<FaultKind> next = [];
        double at = QuietAtFirst + (2 * random.NextDouble());
        while (true)
        {
            if (next.Count == 0)
            {
                FaultKind[] deck = [.. kinds];
                random.Shuffle(deck);
                foreach (FaultKind one in deck) next.Enqueue(one);
            }

            FaultKind kind = next.Dequeue();
            (double least, double most) = Length(kind);
            double length = least + ((most - least) * random.NextDouble());
            if (at + length > seconds) return lane;
            lane.Add(new PlannedFault(at, kind, random.Next(Targets), length));
            at += length + 3 + (3 * random.NextDouble());
        }
    }
}
