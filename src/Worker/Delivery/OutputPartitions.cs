using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Delivery;

/// <summary>Which partition a record goes to: the number of the one it is made of where both topics have as many, so that joins by key find
/// both; else the one that its key says.</summary>
/// <remarks>
/// <para>How many there are is asked at the start, of a topic that is met later (a pattern's) with its first record, and each
/// <see cref="Period"/>; and at once where a record comes from a partition that is not known yet. Each pair of topics is told in the log
/// when its answer changes.</para>
/// <para>Thread-safe. It asks on the caller's thread, for <see cref="Bound"/> at most and, where that does not help, again
/// after <see cref="Pause"/>; a topic of which nothing is known goes by the key.</para>
/// </remarks>
/// <param name="output">What is asked for.</param>
/// <param name="kafka">The topics that are written to.</param>
/// <param name="ask">How many partitions a topic has, within a time; null where it is not there. Throws a KafkaException without an
/// answer.</param>
/// <param name="time">Of the pauses.</param>
/// <param name="logger">Is told what was decided.</param>
internal sealed class OutputPartitions(OutputOptions output, KafkaOptions kafka, Func<string, TimeSpan, int?> ask, TimeProvider time,
    ILogger<OutputPartitions> logger)
{
    /// <summary>How often all are asked for.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Known> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), (int From, int To)> _told = []; // under the lock
    private readonly Lock _gate = new();

    /// <summary>The partition that a record made of another goes to; null where its key says.</summary>
    /// <param name="source">Where that one came from.</param>
    /// <param name="topic">Where it goes.</param>
    public int? Of(SourcePartition source, string topic)
    {
        if (output.Partition == OutputPartition.Key) return null;
        int from = Count(source.Topic, source.Partition + 1), to = Count(topic, 1);
        return from == to && source.Partition < to ? source.Partition : null;
    }

    /// <summary>Asks for topics and for those known, and tells what changed. Without an answer nothing does.</summary>
    public void Learn(IEnumerable<string> topics)
    {
        if (output.Partition == OutputPartition.Key) return;
        foreach (string topic in topics.Concat(_topics.Keys).Distinct().ToArray())
            if (!TryAsk(topic)) break; // nor would the next one be answered
        TellChanges();
    }

    /// <summary>Learns each <see cref="Period"/> until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Period, time);
        while (await timer.WaitForNextTickAsync(stop)) await Task.Run(() => Learn([]), stop);
    }

    private int Count(string topic, int least)
    {
        if (_topics.TryGetValue(topic, out Known known)
            && (known.Count >= least || (known.MissedAt is { } at && time.GetElapsedTime(at) < Pause))) return known.Count;
        Learn([topic]); // of the others too: topics that belong together grow together
        known = _topics.GetValueOrDefault(topic);
        if (known.Count < least) _topics[topic] = known with { MissedAt = time.GetTimestamp() };
        return known.Count;
    }

    private bool TryAsk(string topic)
    {
        int? found = null;
        bool isAnswered = true;
        try
        {
            found = ask(topic, Bound);
        }
        catch (KafkaException)
        {
            isAnswered = false; // the other clients tell what is wrong with the brokers; the last answer holds
        }

        _topics.AddOrUpdate(topic, _ => new Known(found ?? 0, null), (_, old) => old with { Count = found ?? old.Count });
        return isAnswered;
    }

    private void TellChanges()
    {
        List<(string From, string To, int FromCount, int ToCount)> changes = [];
        lock (_gate)
        {
            foreach (string to in new[] { kafka.OutputTopic, kafka.DeadLetterTopic })
            {
                foreach ((string from, Known known) in _topics)
                {
                    if (from == kafka.OutputTopic || from == kafka.DeadLetterTopic) continue;
                    (int, int) counts = (known.Count, _topics.GetValueOrDefault(to).Count);
                    if (counts.Item1 == 0 || counts.Item2 == 0 || _told.GetValueOrDefault((from, to)) == counts) continue;
                    _told[(from, to)] = counts;
                    changes.Add((from, to, counts.Item1, counts.Item2));
                }
            }
        }

        foreach ((string from, string to, int fromCount, int toCount) in changes)
        {
            if (fromCount == toCount) Log.PartitionOfSource(logger, from, to, toCount);
            else Log.PartitionOfKey(logger, from, fromCount, to, toCount);
        }
    }

    /// <param name="Count">Partitions; 0 while that is not known.</param>
    /// <param name="MissedAt">When, by the time provider, a record was last asked for that came from none of these; null for never.</param>
    private readonly record struct Known(int Count, long? MissedAt);
}
