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
        ["transactional.id"] = "labels are not published in transactions",
        ["delivery.report.only.error"] = Offsets,
    };

    private static readonly Dictionary<string, string> Common = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = "it is Sluice:Kafka:BootstrapServers",
        ["metadata.broker.list"] = "it is Sluice:Kafka:BootstrapServers",
    };

    /// <summary>A setting's name as librdkafka spells it: <c>_</c> may stand for <c>.</c>.</summary>
    public static string Name(string key) => key.Replace('_', '.');

    /// <summary>One sentence for each refused setting of a section, empty when all may pass.</summary>
    /// <param name="path">The section's path, for the message.</param>
    /// <param name="settings">Names as configured.</param>
    /// <param name="consumer">The section reaches the consumer.</param>
    /// <param name="producer">The section reaches the producer.</param>
    public static IEnumerable<string> Refusals(string path, IEnumerable<string> settings, bool consumer, bool producer)
    {
        foreach (string key in settings)
        {
            string name = Name(key);
            string? reason = Common.GetValueOrDefault(name);
            if (name.StartsWith("dotnet.", StringComparison.Ordinal)) reason = Client;
            if (consumer) reason ??= Consumer.GetValueOrDefault(name);
            if (producer) reason ??= Producer.GetValueOrDefault(name);
            if (reason is not null) yield return $"{path}:{key} cannot be set: the worker owns it, because {reason}. Remove it.";
        }
    }
}
