namespace Sluice.Worker.Kafka;

/// <summary>The librdkafka settings that the worker decides itself, and why each cannot be passed through.</summary>
internal static class OwnedSettings
{
    private const string Offsets = "an offset is committed only when the label of everything before it was delivered";
    private const string Delivery = "a label is delivered once all in-sync replicas have it, in order and without duplicates from retries";
    private const string Client = "the worker reads and writes bytes itself and sets what it needs of this";

    private static readonly Dictionary<string, string> Consumer = new(StringComparer.Ordinal)
    {
        ["enable.auto.commit"] = Offsets,
        ["auto.commit.enable"] = Offsets,
        ["enable.auto.offset.store"] = Offsets,
        ["auto.commit.interval.ms"] = "it is Sluice:Kafka:CommitInterval",
        ["group.id"] = "it is Sluice:Kafka:GroupId",
        ["enable.partition.eof"] = "the worker reads without end",
    };

    private static readonly Dictionary<string, string> Producer = new(StringComparer.Ordinal)
    {
        ["enable.idempotence"] = Delivery,
        ["acks"] = Delivery,
        ["request.required.acks"] = Delivery,
        ["transactional.id"] = "it is Sluice:Delivery:TransactionalId",
        ["delivery.report.only.error"] = Offsets,
    };

    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "it is Sluice:Kafka:BootstrapServers",
        ["metadata.broker.list"] = "it is Sluice:Kafka:BootstrapServers",
    };

    /// <summary>Why a setting of librdkafka cannot be passed through, or null when it can.</summary>
    /// <param name="name">As librdkafka spells it.</param>
    /// <param name="consumer">It would reach the consumer.</param>
    /// <param name="producer">It would reach the producer.</param>
    public static string? ReasonFor(string name, bool consumer, bool producer)
    {
        if (name.StartsWith("dotnet.", StringComparison.Ordinal)) return Client;
        return Common.GetValueOrDefault(name)
            ?? (consumer ? Consumer.GetValueOrDefault(name) : null)
            ?? (producer ? Producer.GetValueOrDefault(name) : null);
    }
}
