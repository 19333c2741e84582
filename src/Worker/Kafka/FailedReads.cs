using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Kafka;

/// <summary>
/// Reads that fail, in few lines: a batch that is damaged where it lies is fetched again and fails several times a second. Says when no
/// further try helps. Used on the reading thread only, but for <see cref="Failing"/>, <see cref="Last"/> and
/// <see cref="OfGroup"/>.
/// </summary>
/// <param name="patience">How long a broker may say that a batch is damaged before no further try helps: the next leader may have a sound
/// copy.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where the lines go.</param>
internal sealed class FailedReads(TimeSpan patience, TimeProvider time, ILogger logger)
{
    /// <summary>Least time between two lines about one partition.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    /// <summary>As often a batch is read before it counts as unreadable: a fetch may be damaged on its way.</summary>
    public const int Tries = 3;

    private readonly Dictionary<TopicPartition, State> _partitions = [];
    private volatile IReadOnlyDictionary<SourcePartition, ClientFault> _last = new Dictionary<SourcePartition, ClientFault>();
    private volatile IReadOnlySet<SourcePartition> _failing = new HashSet<SourcePartition>();
    private volatile ClientFault? _ofGroup;

    /// <summary>The partitions whose last read failed. A snapshot, for any thread.</summary>
    public IReadOnlySet<SourcePartition> Failing => _failing;

    /// <summary>What the last read of each of them failed with first. A snapshot, for any thread.</summary>
    public IReadOnlyDictionary<SourcePartition, ClientFault> Last => _last;

    /// <summary>What the client said last that is of no partition, such as of the group's coordinator; null once it has partitions. For any
    /// thread.</summary>
    public ClientFault? OfGroup => _ofGroup;

    /// <summary>A read failed.</summary>
    /// <param name="place">Where; parts of it may be unknown.</param>
    /// <param name="error">Why, cleaned.</param>
    /// <param name="next">The first offset that is not read, where the batch may be one that cannot be; the first such counts.</param>
    /// <returns>How many tries failed, where the batch cannot be read and no further try helps; else null.</returns>
    public int? Add(TopicPartitionOffset place, Error error, long? next = null)
    {
        ClientFault read = new(error.Code, error.Reason);
        if (!_partitions.TryGetValue(place.TopicPartition, out State? failing))
        {
            _partitions.Add(place.TopicPartition, failing = new State(new RepeatedWarning(time, Quiet), read, time.GetTimestamp()));
            Publish();
        }

        if (place.Partition.IsSpecial) _ofGroup = read;
        if (failing.Warning.ShouldLog(out long suppressed))
        {
            string partition = place.Partition.IsSpecial ? "" : $"[{place.Partition.Value}]";
            string offset = place.Offset.IsSpecial ? "" : $"@{place.Offset.Value}";
            Log.ReadFailed(logger, place.Topic, partition + offset, error.Code.ToString(), error.Reason, WayOut(error.Code), suppressed);
        }

        if (place.Partition.IsSpecial || !read.IsUnreadable) return null;
        failing.StandsAt ??= next;
        if (failing.Unreadable++ == 0) failing.Began = time.GetTimestamp();
        return failing.Unreadable < Tries || (error.Code == ErrorCode.InvalidMsg && time.GetElapsedTime(failing.Began) < patience)
            ? null : failing.Unreadable;
    }

    /// <summary>The first offset that is not read of a partition with a batch that could not be; null of others. Cheap where nothing
    /// fails.</summary>
    public long? StandsAt(TopicPartition partition) =>
        _partitions.Count > 0 && _partitions.TryGetValue(partition, out State? failing) ? failing.StandsAt : null;

    /// <summary>Something else came of a partition with a batch that could not be read; how often by now.</summary>
    public int WentElsewhere(TopicPartition partition) => ++_partitions[partition].Elsewhere;

    /// <summary>A record of a partition was read: what was said of it is over. Cheap where nothing was.</summary>
    public void Read(TopicPartition partition)
    {
        if (_partitions.Count == 0 || !_partitions.Remove(partition, out State? failing)) return;
        Publish();
        if (failing.Warning.TryEnd(out TimeSpan lasted))
            Log.ReadsGoOn(logger, partition.Topic, partition.Partition.Value, (int)lasted.TotalSeconds);
    }

    /// <summary>Partitions are taken away: what was said of them is their next owner's to say.</summary>
    public void Forget(IEnumerable<SourcePartition> partitions)
    {
        if (_partitions.Count == 0) return;
        foreach (SourcePartition partition in partitions) _partitions.Remove(new TopicPartition(partition.Topic, partition.Partition));
        Publish();
    }

    /// <summary>The group does not take this worker, which is told elsewhere.</summary>
    public void GroupRefused(Error error) => _ofGroup = new ClientFault(error.Code, error.Reason);

    /// <summary>The group has given partitions: what it said before is over.</summary>
    public void GroupAnswered()
    {
        _ofGroup = null;
        foreach (TopicPartition group in _partitions.Keys.Where(key => key.Partition.IsSpecial).ToArray()) _partitions.Remove(group);
    }

    private void Publish()
    {
        _last = _partitions.Where(one => !one.Key.Partition.IsSpecial).ToDictionary(
            one => new SourcePartition(one.Key.Topic, one.Key.Partition.Value), one => one.Value.First);
        _failing = _last.Keys.ToHashSet();
    }

    private static string WayOut(ErrorCode code) => ClientFault.Unreadable(code)
        ? $". Where it goes on to fail, the batch is damaged where it lies, and the worker stops with exit code {ExitCodes.UnreadableBatch}"
        : "";

    private sealed class State(RepeatedWarning warning, ClientFault first, long began)
    {
        public RepeatedWarning Warning { get; } = warning;

        public ClientFault First { get; } = first;

        public int Unreadable { get; set; }

        public long? StandsAt { get; set; }

        public int Elsewhere { get; set; }

        public long Began { get; set; } = began;
    }
}
