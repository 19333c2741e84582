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
    private volatile Standstill _now = new(TimeSpan.Zero, []);

    /// <summary>What the last look found.</summary>
    public Standstill Now => _now;

    /// <summary>Looks.</summary>
    /// <param name="sample">Where the worker stands; null before it is known.</param>
    /// <param name="watermarks">Up to where everything is finished, of the partitions that are open.</param>
    /// <param name="finished">Records finished by now, of all partitions.</param>
    public void Look(LagSample? sample, IReadOnlyDictionary<SourcePartition, long> watermarks, long finished)
    {
        TimeSpan step = time.GetElapsedTime(_looked);
        if (step > LongestStep) step = LongestStep;
        _looked = time.GetTimestamp();
        TimeSpan nothingFinished = finished == _finished ? _now.NothingFinished + step : TimeSpan.Zero;
        _finished = finished;

        IReadOnlyList<PartitionLag> partitions = sample?.Partitions ?? [];
        SourcePartition[] gone = [.. _partitions.Keys.Except(partitions.Select(lag => lag.Partition))];
        foreach (SourcePartition partition in gone) _partitions.Remove(partition);
        List<StandingPartition> standing = [];
        foreach (PartitionLag lag in partitions)
        {
            long watermark = watermarks.GetValueOrDefault(lag.Partition, -1);
            bool stands = lag.BacklogRecords > 0 && _partitions.TryGetValue(lag.Partition, out (long Watermark, TimeSpan For) before)
                && before.Watermark == watermark;
            TimeSpan duration = stands ? _partitions[lag.Partition].For + step : TimeSpan.Zero;
            _partitions[lag.Partition] = (watermark, duration);
            if (stands) standing.Add(new StandingPartition(lag.Partition, duration, lag.BacklogRecords!.Value));
        }

        _now = new Standstill(nothingFinished, standing);
    }
}

/// <summary>What stands still at one moment. Immutable.</summary>
/// <param name="NothingFinished">How long no record of any partition was finished.</param>
/// <param name="Partitions">Those that have a backlog and do not get on.</param>
internal sealed record Standstill(TimeSpan NothingFinished, IReadOnlyList<StandingPartition> Partitions);
