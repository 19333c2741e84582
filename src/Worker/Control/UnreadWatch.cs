using Sluice.Worker.InFlight;

namespace Sluice.Worker.Control;

/// <summary>Which partitions have records that are not read though others could be: a batch that is damaged, a leader that lists offsets
/// and sends nothing. Such records wait for no mode, so the choice of one leaves them out until something of them is read.</summary>
/// <remarks>Not thread-safe: its owner's own.</remarks>
internal sealed class UnreadWatch
{
    /// <summary>How long reading must have been free, without a break, while nothing of a partition was read. A leader that moves, or a
    /// fetch that is tried again, takes less.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    // Samples further apart say nothing of the time between them. Of thousands of partitions they are a second apart and more.
    private static readonly TimeSpan LongestGap = LagEstimator.Stale;

    private Dictionary<SourcePartition, (long Place, TimeSpan For)> _partitions = [];
    private LagSample? _last;
    private bool _wasFree = true;

    /// <summary>Of them, what the last sample had: records that are not read.</summary>
    public IReadOnlyList<PartitionLag> LeftOut { get; private set; } = [];

    /// <summary>Looks, also where the sample is still the same.</summary>
    /// <param name="sample">The newest.</param>
    /// <param name="isReading">Whether a record would be read if one came: reading is not paused, and there is room.</param>
    public void Look(LagSample sample, bool isReading)
    {
        _wasFree &= isReading;
        if (ReferenceEquals(sample, _last)) return;
        TimeSpan passed = sample.At - (_last?.At ?? sample.At);
        bool counts = _wasFree && passed <= LongestGap;
        (_last, _wasFree) = (sample, isReading);
        var before = _partitions;
        _partitions = new(sample.Partitions.Count);
        List<PartitionLag>? leftOut = null;
        foreach (PartitionLag lag in sample.Partitions)
        {
            if (lag.Place is not { } place || lag.Unread == 0) continue;
            bool stands = before.TryGetValue(lag.Partition, out var last) && last.Place == place;
            // What is left out stays so while reading is not free: it is not the cause of that.
            TimeSpan duration = !stands ? TimeSpan.Zero : last.For >= Limit ? last.For : counts ? last.For + passed : TimeSpan.Zero;
            _partitions.Add(lag.Partition, (place, duration));
            if (duration >= Limit && lag.Unread is not null) (leftOut ??= []).Add(lag);
        }

        LeftOut = leftOut ?? [];
    }
}
