using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Monitoring;

/// <summary>Tells of what stands still: once with the likely cause, again when the cause is another, then each <see cref="Quiet"/>, and
/// when it is over. One thread.</summary>
internal sealed class StallLines(TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two lines of one cause.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);

    private readonly RepeatedWarning _group = new(time, Quiet);
    private RepeatedWarning _stands = new(time, Quiet);
    private StallKind? _told;
    private long? _began;

    /// <summary>Partitions stand still.</summary>
    /// <param name="stuck">At least one, the one that is named first.</param>
    /// <param name="offset">Of that one, the first that is not finished; null where it is not known.</param>
    /// <param name="cause">Of that one.</param>
    public void Stands(IReadOnlyList<StalledPartition> stuck, long? offset, StallCause cause)
    {
        _began ??= time.GetTimestamp();
        if (_told != cause.Kind) (_told, _stands) = (cause.Kind, new RepeatedWarning(time, Quiet));
        if (!_stands.ShouldLog(out _)) return;
        StalledPartition first = stuck[0];
        string others = stuck.Count > 1 ? $" (so do {stuck.Count - 1} more partitions)" : "";
        Log.PartitionStandsStill(logger, first.Partition.Topic, first.Partition.Partition, offset ?? -1, others,
            (int)first.For.TotalSeconds, first.Backlog, cause.Words, cause.WayOut);
    }

    /// <summary>None does any more.</summary>
    public void Moves()
    {
        if (_began is { } began) Log.NothingStandsStill(logger, (int)time.GetElapsedTime(began).TotalSeconds);
        (_began, _told) = (null, null);
    }

    /// <summary>The group gives nothing, and there is a cause for it.</summary>
    public void GroupGivesNothing(string group, TimeSpan since, StallCause cause)
    {
        if (_group.ShouldLog(out _)) Log.GroupGivesNothing(logger, group, (int)since.TotalSeconds, cause.Words, cause.WayOut);
    }

    /// <summary>It gives partitions, or there is no cause any more.</summary>
    public void GroupGives() => _group.TryEnd(out _);
}
