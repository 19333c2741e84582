using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Control.Simulated;

/// <summary>What a simulated worker knows of its lag: what brokers say each <see cref="LookSeconds"/>, at once, folded by the worker's own
/// estimator.</summary>
internal sealed class SimulatedLag
{
    private readonly LagEstimator _estimator = new();
    private readonly Dictionary<int, long> _readable = [];
    private double _nextLook;

    /// <summary>Between two looks; the worker's own unless set.</summary>
    public double LookSeconds { get; init; } = LagReader.Period.TotalSeconds;

    /// <summary>As of the last look; null before the first.</summary>
    public LagSample? Sample { get; private set; }

    /// <summary>Documents were appended, or came along with a partition.</summary>
    public void Add(IEnumerable<SimulatedDocument> come)
    {
        foreach (SimulatedDocument document in come)
            _readable[document.Partition] = _readable.GetValueOrDefault(document.Partition) + 1;
    }

    public void Revoke(int partition) => _readable.Remove(partition);

    /// <summary>Looks, if it is time.</summary>
    /// <param name="at">Seconds.</param>
    /// <param name="unfinished">Documents that wait or run.</param>
    public void Look(double at, IEnumerable<SimulatedDocument> unfinished)
    {
        if (at < _nextLook) return;
        _nextLook = at + LookSeconds - 1e-6; // ticks round
        Dictionary<int, int> open = unfinished.CountBy(document => document.Partition).ToDictionary();
        TimeSpan now = TimeSpan.FromSeconds(at);
        Sample = _estimator.Add(now, DateTimeOffset.UnixEpoch + now, [.. _readable.Select(partition =>
        {
            OffsetAnswer end = new(partition.Value, now);
            return new PartitionObservation(new PartitionStanding(new SourcePartition("mails", partition.Key), 0, partition.Value,
                open.GetValueOrDefault(partition.Key), null, null, null), null, end, end);
        })]);
    }
}
