namespace Sluice.Worker.Kafka;

/// <summary>What has happened to the group's member since it joined. The reading thread counts, anyone reads.</summary>
internal sealed class ConsumerCounts
{
    private long _commits, _failedCommits, _assigned, _revoked, _lost, _rebuilt;
    private volatile int _paused;

    /// <summary>Commits that the broker took whole.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Commits of which it did not take all.</summary>
    public long FailedCommits => Interlocked.Read(ref _failedCommits);

    /// <summary>Rebalances that gave partitions.</summary>
    public long Assigned => Interlocked.Read(ref _assigned);

    /// <summary>Rebalances that took partitions.</summary>
    public long Revoked => Interlocked.Read(ref _revoked);

    /// <summary>Rebalances in which another member may have had partitions already.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Times that the client was made anew.</summary>
    public long Rebuilt => Interlocked.Read(ref _rebuilt);

    /// <summary>Partitions that were assigned and are paused.</summary>
    public int Paused => _paused;

    public void Committed(bool whole) => Interlocked.Increment(ref whole ? ref _commits : ref _failedCommits);

    /// <summary>Partitions were given; a rebalance that gave none does not count.</summary>
    public void PartitionsAssigned(int partitions) => Count(partitions, ref _assigned);

    /// <summary>Partitions were taken; what was paused of them is no more.</summary>
    public void PartitionsRevoked(int partitions)
    {
        Count(partitions, ref _revoked);
        PausedAre(Math.Max(0, _paused - partitions));
    }

    /// <summary>The same of partitions that another member may have had already.</summary>
    public void PartitionsLost(int partitions)
    {
        Count(partitions, ref _lost);
        PausedAre(Math.Max(0, _paused - partitions));
    }

    public void ClientRebuilt() => Interlocked.Increment(ref _rebuilt);

    public void PausedAre(int partitions) => _paused = partitions;

    private static void Count(int partitions, ref long rebalances)
    {
        if (partitions > 0) Interlocked.Increment(ref rebalances);
    }
}
