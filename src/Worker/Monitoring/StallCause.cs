using Sluice.Worker.Kafka;

namespace Sluice.Worker.Monitoring;

/// <summary>What most likely keeps a partition from getting on. Immutable.</summary>
/// <param name="Kind">Which kind: another one is told anew.</param>
/// <param name="Words">A sentence without its full stop.</param>
/// <param name="WayOut">What to do, a sentence with its full stop.</param>
internal sealed record StallCause(StallKind Kind, string Words, string WayOut)
{
    /// <summary>Judges. Pure: the same evidence has the same cause.</summary>
    /// <remarks>What is known of the partition itself goes before what is of a group, a topic or a client, and a fault before the want of
    /// one. A record that is in flight does not wait for the consumer, nor one that is not read for the producer, unless it has no room.
    /// </remarks>
    public static StallCause Of(StallEvidence seen) =>
        OfRead(seen) ?? OfGroup(seen) ?? OfSecurity(seen) ?? (seen.IsUnread ? OfReading(seen) : OfFinishing(seen));

    private static StallCause? OfRead(StallEvidence seen) => seen.Read switch
    {
        null => null,
        { IsUnreadable: true } read => new StallCause(StallKind.Batch, $"a batch cannot be read ({read})",
            "Where it goes on to fail the worker stops, and says how the batch is passed over."),
        var read => new StallCause(StallKind.Read, $"reading it fails ({read})",
            "Look at the leader of the partition; the client tries again."),
    };

    private static StallCause? OfGroup(StallEvidence seen) =>
        seen.Group is { IsOfAssignor: true }
            ? new StallCause(StallKind.Assignor, "a member of the group has another partition.assignment.strategy",
                "Stop that member, or set Sluice:Kafka:Consumer:partition.assignment.strategy as it has it.")
            : null;

    private static StallCause? OfSecurity(StallEvidence seen) =>
        new[] { seen.Consumer, seen.Producer, seen.Group }.FirstOrDefault(one => one is { IsOfSecurity: true }) is { } fault
            ? new StallCause(StallKind.Security, $"a broker and this client do not agree on security ({fault})",
                $"One of the two is set otherwise: {ClientFault.SecurityAdvice}.")
            : null;

    private static StallCause OfReading(StallEvidence seen) => seen switch
    {
        { Group: { } group } => Coordinator(group.ToString()),
        { WaitsForPlaces: true } => Coordinator("it takes no offsets, and nothing is read until it does"),
        { Coordinator: { } silent } => Coordinator(Trim(silent)),
        { Consumer: { } error } => Brokers("consumer", error),
        _ => new StallCause(StallKind.Client, "the consumer gets nothing, though the brokers answer",
            "The client is made anew, a few times; start the worker anew where that does not help."),
    };

    private static StallCause OfFinishing(StallEvidence seen) => seen switch
    {
        { Registry: { } silent } => new StallCause(StallKind.Registry, $"the schema registry does not answer ({Trim(silent)})",
            "Look at the registry and at Sluice:Registry:Url."),
        { Output: { HasLeader: false } topic } => new StallCause(StallKind.Replicas, $"{topic.Partition} has no leader",
            "Start the broker that has it; what is in flight waits for it."),
        { Output: { } topic } => new StallCause(StallKind.Replicas, $"{topic.Partition} has {topic.InSync} in-sync "
            + $"{(topic.InSync == 1 ? "replica" : "replicas")} and takes records with {topic.Wanted} only (min.insync.replicas)",
            "Start the brokers that have the others; what is in flight waits for them."),
        { Producer: { } error } => Brokers("producer", error),
        { Commit: { } error } => Coordinator($"commits fail, {error}"),
        { Coordinator: { } silent } => Coordinator(Trim(silent)),
        _ => new StallCause(StallKind.Model, "what was read is in flight, and neither brokers nor registry report a fault",
            "A run of the model may hang, or a document may be stuck: start the worker anew, and look at what is at the offset."),
    };

    private static StallCause Coordinator(string why) => new(StallKind.Coordinator, $"the group's coordinator does not do its work ({why})",
        "Look at the broker that coordinates the group (kafka-consumer-groups --describe --state), and at the rights on the group.");

    private static StallCause Brokers(string client, ClientFault error) => new(StallKind.Brokers,
        $"the {client} does not reach its brokers ({error})",
        "Look at the brokers, and at the network between.");

    private static string Trim(string words) => words.TrimEnd('.', ' ');
}

/// <summary>The kinds of causes.</summary>
internal enum StallKind
{
    /// <summary>A batch that cannot be read.</summary>
    Batch,

    /// <summary>Reads that fail otherwise.</summary>
    Read,

    /// <summary>Members of the group that assign partitions in different ways.</summary>
    Assignor,

    /// <summary>A port of another security.protocol, a password or a certificate that is refused.</summary>
    Security,

    /// <summary>The group's coordinator.</summary>
    Coordinator,

    /// <summary>Brokers that a client does not reach.</summary>
    Brokers,

    /// <summary>A client that gets nothing though nothing is wrong.</summary>
    Client,

    /// <summary>The schema registry.</summary>
    Registry,

    /// <summary>The topic of labels, or of dead-letter records, has not the replicas that it wants.</summary>
    Replicas,

    /// <summary>None of these: what is left is the model.</summary>
    Model,
}

/// <summary>What is known where a partition stands still. Immutable; null where nothing speaks for it.</summary>
internal sealed record StallEvidence
{
    /// <summary>Records lie unread in the partition, nothing of it is in flight, and there is room.</summary>
    public bool IsUnread { get; init; }

    /// <summary>The last read of it failed.</summary>
    public ClientFault? Read { get; init; }

    /// <summary>What the client said last of its group, since it was given partitions.</summary>
    public ClientFault? Group { get; init; }

    /// <summary>What the consumer reported lately.</summary>
    public ClientFault? Consumer { get; init; }

    /// <summary>What the producer reported lately.</summary>
    public ClientFault? Producer { get; init; }

    /// <summary>The last commit failed.</summary>
    public ClientFault? Commit { get; init; }

    /// <summary>Nothing is read before the group takes where reading begins.</summary>
    public bool WaitsForPlaces { get; init; }

    /// <summary>Why the coordinator did not say what the group has committed, when asked just now.</summary>
    public string? Coordinator { get; init; }

    /// <summary>Why the registry cannot be asked at present.</summary>
    public string? Registry { get; init; }

    /// <summary>A partition that labels or dead-letter records go to, and that takes none at present.</summary>
    public ClosedPartition? Output { get; init; }
}
