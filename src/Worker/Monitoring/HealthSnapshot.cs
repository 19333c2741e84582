using Sluice.Worker.InFlight;

namespace Sluice.Worker.Monitoring;

/// <summary>What health is judged by, as of one moment. Immutable.</summary>
/// <param name="Phase">How far the worker has come.</param>
/// <param name="HasFailed">Whether a step failed: the worker is about to end.</param>
/// <param name="Standstill">What does not get on.</param>
/// <param name="WaitsForPlaces">Whether nothing is read, since the group does not take yet where reading begins.</param>
/// <param name="AwaitsSchemas">Whether something waits for schemas that the registry does not give, and nothing else gets on.</param>
internal sealed record HealthSnapshot(WorkerPhase Phase, bool HasFailed, Standstill Standstill, bool WaitsForPlaces = false,
    bool AwaitsSchemas = false)
{
    /// <summary><see cref="AwaitsSchemas"/>.</summary>
    /// <param name="awaiting">Records that wait for schemas, or behind one of their key that does.</param>
    /// <param name="held">Rejected documents that are held back on purpose.</param>
    /// <param name="documents">Records in flight, both kinds among them.</param>
    public static bool AwaitSchemas(long awaiting, int held, long documents) => awaiting > 0 && awaiting + held >= documents;
}

/// <summary>A partition that has a backlog and does not get on.</summary>
/// <param name="Partition">Which.</param>
/// <param name="For">How long no record of it was finished that moves its offset.</param>
/// <param name="Backlog">Records that are not finished; at least 1.</param>
/// <param name="ReadFails">Whether the last read of it failed: the log says of what, and it is nothing that a start mends.</param>
internal sealed record StalledPartition(SourcePartition Partition, TimeSpan For, long Backlog, bool ReadFails);

/// <summary>How far a worker has come.</summary>
internal enum WorkerPhase
{
    /// <summary>It loads and checks what it needs, and reads nothing yet.</summary>
    Starting,

    /// <summary>It reads what it is given; that may be nothing.</summary>
    Serving,

    /// <summary>It finishes what it has read, and reads no more.</summary>
    Draining,
}
