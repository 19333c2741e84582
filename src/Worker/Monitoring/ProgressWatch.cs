using Sluice.Worker.Control;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Monitoring;

/// <summary>Since when each partition stands still though it has a backlog. One looks, now and then; anyone reads.</summary>
/// <remarks>A partition gets on when its watermark moves, or when it has no backlog. Where the backlog is not known, nothing is held
/// against it.</remarks>
internal sealed class ProgressWatch(TimeProvider time)
{
    // Between two looks more time is not counted: a process that was stopped for a minute has not tried anything in it.
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SourcePartition, (long Watermark, TimeSpan For)> _partitions = [];
    private long _looked = time.GetTimestamp(), _finished = -1;
    private volatile Standstill _now = new(TimeSpan.Zero, TimeSpan.Zero, []);

    /// <summary>What the last look found.</summary>
    public Standstill Now => _now;

    /// <summary>Looks.</summary>
    /// <param name="sample">Where the worker stands; null before it is known.</param>
    /// <param name="watermarks">Up to where everything is finished, of the partitions that are open.</param>
    /// <param name="failing">The partitions whose last read failed.</param>
    /// <param name="finished">Records finished by now, of all partitions.</param>
    /// <param name="hasRoom">Whether at most half of what may be in flight is.</param>
    public void Look(LagSample? sample, IReadOnlyDictionary<SourcePartition, long> watermarks, IReadOnlySet<SourcePartition> failing,
        long finished, bool hasRoom)
    {
        TimeSpan step = time.GetElapsedTime(_looked);
        if (step > LongestStep) step = LongestStep;
        _looked = time.GetTimestamp();
        TimeSpan nothingFinished = finished == _finished ? _now.NothingFinished + step : TimeSpan.Zero;
        TimeSpan room = hasRoom ? _now.HasRoom + step : TimeSpan.Zero;
        _finished = finished;

        IReadOnlyList<PartitionLag> partitions = sample?.Partitions ?? [];
        SourcePartition[] gone = [.. _partitions.Keys.Except(partitions.Select(lag => lag.Partition))];
        foreach (SourcePartition partition in gone) _partitions.Remove(partition);
        List<StalledPartition> standing = [];
        foreach (PartitionLag lag in partitions)
        {
            long watermark = watermarks.GetValueOrDefault(lag.Partition, -1);
            bool known = _partitions.TryGetValue(lag.Partition, out (long Watermark, TimeSpan For) before);
            TimeSpan? stands = lag.BacklogRecords > 0 && known && before.Watermark == watermark ? before.For + step : null;
            _partitions[lag.Partition] = (watermark, stands ?? TimeSpan.Zero);
            if (stands is { } duration)
                standing.Add(new StalledPartition(lag.Partition, duration, lag.BacklogRecords!.Value, failing.Contains(lag.Partition)));
        }

        _now = new Standstill(nothingFinished, room, standing);
    }
}

/// <summary>What stands still at one moment. Immutable.</summary>
/// <param name="NothingFinished">How long no record of any partition was finished.</param>
/// <param name="HasRoom">How long every look has found room.</param>
/// <param name="Partitions">Those that have a backlog and do not get on.</param>
internal sealed record Standstill(TimeSpan NothingFinished, TimeSpan HasRoom, IReadOnlyList<StalledPartition> Partitions);
