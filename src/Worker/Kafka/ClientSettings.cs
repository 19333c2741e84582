using Confluent.Kafka;
using Sluice.Worker.Configuration;

namespace Sluice.Worker.Kafka;

/// <summary>From options to what librdkafka is given: the worker's defaults, then what passes through, then what the worker owns.</summary>
internal static class ClientSettings
{
    private const string Statistics = "statistics.interval.ms", Partitioner = "partitioner";

    /// <param name="options">What is set.</param>
    /// <param name="statistics">Whether the client's statistics are wanted; what is set wins.</param>
    public static ConsumerConfig Consumer(KafkaOptions options, bool statistics = false)
    {
        Dictionary<string, string> settings = new()
        {
            ["client.id"] = "sluice",
            ["auto.offset.reset"] = "earliest",
            ["partition.assignment.strategy"] = "cooperative-sticky",
            // By itself the client takes what a disk or a network has changed for what was written, where it is not packed.
            ["check.crcs"] = "true",
            // What lies fetched ahead is memory that a burst takes and malloc keeps, and as long as there is room for more the client asks
            // again for each record that comes. By itself it asks for no more than that at once. A full queue is looked at again before it
            // is empty: after the client's own second whoever reads more than 4 MiB a second would wait.
            ["queued.max.messages.kbytes"] = "4096",
            ["fetch.queue.backoff.ms"] = "100",
        };
        if (statistics) settings[Statistics] = ClientStatistics.DefaultIntervalMs;
        // The broker assigns under the newer protocol, and librdkafka refuses a client-side strategy beside it.
        if (Find(options, "group.protocol") == "consumer") settings.Remove("partition.assignment.strategy");
        PassThrough(settings, options.Common);
        PassThrough(settings, options.Consumer);
        settings["bootstrap.servers"] = options.BootstrapServers;
        settings["group.id"] = options.GroupId;
        settings["enable.auto.commit"] = "false";
        settings["enable.auto.offset.store"] = "false";
        settings["enable.partition.eof"] = "true"; // tells how far an assignment is read where markers or aborted data end the log
        OffsetResets.Set(settings, OffsetResets.Of(options));
        return new ConsumerConfig(settings);
    }

    /// <inheritdoc cref="Consumer"/>
    public static ProducerConfig Producer(KafkaOptions options, bool statistics = false)
    {
        Dictionary<string, string> settings = new()
        {
            ["client.id"] = "sluice",
            // A label that waits for a broker holds back its offset and, through the bounds of the pipeline, the reading: there is nothing
            // to give up for.
            ["message.timeout.ms"] = "0",
            // Dead-letter records are as large as what was read; librdkafka's own default is 1 MB.
            ["message.max.bytes"] = "16777216",
            // The client's own 5 ms are a third of what a label takes in calm. Up to some hundred labels a second they spare nothing: a
            // request holds labels of one partition, and seldom two fall into 5 ms. A burst's are held together before (HeldLabels).
            ["linger.ms"] = "0",
            // As Java's clients do, so that what others write by the same key lies in the same partition. The client's own is CRC-32.
            [Partitioner] = "murmur2_random",
        };
        if (statistics) settings[Statistics] = ClientStatistics.DefaultIntervalMs;
        PassThrough(settings, options.Common);
        PassThrough(settings, options.Producer);
        settings["bootstrap.servers"] = options.BootstrapServers;
        settings["enable.idempotence"] = "true";
        settings["acks"] = "all";
        settings["dotnet.producer.delivery.report.fields"] = "none"; // the completion knows its record; nothing has to be copied back
        return new ProducerConfig(settings);
    }

    /// <summary>For the producer of transactions.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="transactionalId">The name that it is known by.</param>
    /// <param name="statistics">Whether the client's statistics are wanted; what is set wins.</param>
    /// <exception cref="ClusterException">What is read would not be what was committed.</exception>
    public static ProducerConfig Transactional(KafkaOptions options, string transactionalId, bool statistics)
    {
        if (Find(options, "isolation.level") == "read_uncommitted")
        {
            throw new ClusterException("Sluice:Delivery:Mode is ExactlyOnce and isolation.level is read_uncommitted: documents of aborted "
                + "transactions would be labelled. Take isolation.level out of Sluice:Kafka.");
        }

        ProducerConfig settings = Producer(options, statistics);
        // Of a worker that was killed in a transaction nobody reads on before this has passed. A broker's failure takes some seconds.
        if (settings.TransactionTimeoutMs is null) settings.TransactionTimeoutMs = 15_000;
        // The client gives a record up with its transaction; longer is refused.
        if (settings.MessageTimeoutMs is null or 0) settings.MessageTimeoutMs = settings.TransactionTimeoutMs;
        settings.TransactionalId = transactionalId;
        return settings;
    }

    /// <summary>Makes a client; settings may contradict one another in ways that show only now.</summary>
    /// <exception cref="ClusterException">librdkafka refuses them.</exception>
    public static T Build<T>(Func<T> build, string client, Redaction redaction)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new ClusterException($"librdkafka makes no {client} of the settings in Sluice:Kafka: {redaction.Clean(e.Message)}");
        }
    }

    /// <summary>What is passed through to the consumer under a name of librdkafka; null where nothing is.</summary>
    public static string? Find(KafkaOptions options, string name) => Find(options.Consumer.Concat(options.Common), name);

    /// <summary>Somebody chose how a key leads to a partition.</summary>
    public static bool HasPartitioner(KafkaOptions options) => Find(options.Producer.Concat(options.Common), Partitioner) is not null;

    private static string? Find(IEnumerable<KeyValuePair<string, string>> given, string name) =>
        given.Where(s => PassThroughSettings.Name(s.Key) == name).Select(s => s.Value).FirstOrDefault();

    private static void PassThrough(Dictionary<string, string> settings, Dictionary<string, string> given)
    {
        foreach ((string key, string value) in given) settings[PassThroughSettings.Name(key)] = value;
    }
}
