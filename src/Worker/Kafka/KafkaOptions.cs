using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Kafka;

/// <summary>Brokers, topics, the consumer group, and what is passed through to librdkafka. Section <c>Sluice:Kafka</c>.</summary>
internal sealed record KafkaOptions
{
    public const string Section = "Sluice:Kafka";

    /// <summary>Where the cluster is found.</summary>
    /// <value>One or more <c>host:port</c>, separated by commas. Default 127.0.0.1:9092.</value>
    [Required]
    public string BootstrapServers { get; init; } = "127.0.0.1:9092";

    /// <summary>The consumer group whose committed offsets say what is done.</summary>
    /// <value>1 to 255 characters. Default <c>sluice</c>. Two deployments that must each see every document need two names.</value>
    [Required, StringLength(255, MinimumLength = 1)]
    public string GroupId { get; init; } = "sluice";

    /// <summary>The topics that documents are read from.</summary>
    /// <value>At least one name. A name that begins with <c>^</c> is a regular expression over topic names.</value>
    public string[] InputTopics { get; init; } = [];

    /// <summary>The topic that labels are written to, with the key and headers of their document.</summary>
    /// <value>A topic name that is none of <see cref="InputTopics"/>. Default <c>labels</c>.</value>
    [Required]
    public string OutputTopic { get; init; } = "labels";

    /// <summary>The topic that documents which cannot be read go to, as they came, with the reason in headers.</summary>
    /// <value>A topic name that is neither an input nor the output topic. Default <c>dead-letters</c>.</value>
    [Required]
    public string DeadLetterTopic { get; init; } = "dead-letters";

    /// <summary>
    /// How often the offsets of what was delivered are committed. After a crash at most this much delivered work is done again, besides
    /// what was in flight.
    /// </summary>
    /// <value>10 ms to 5 min. Default 1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a start waits for the brokers, the topics and the schema registry to be there before it gives up.</summary>
    /// <value>1 s to 1 h. Default 60 s. Raise it where the cluster starts together with the worker and takes longer.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// librdkafka settings for every client (<c>security.protocol</c>, <c>sasl.mechanism</c>, ...). Values are not checked here but by
    /// librdkafka at start.
    /// </summary>
    /// <value>Names as in librdkafka's CONFIGURATION.md; <c>_</c> may stand for <c>.</c>, for shells that refuse dots in variable names.
    /// Settings that the worker owns are refused.</value>
    public Dictionary<string, string> Common { get; init; } = [];

    /// <summary>librdkafka settings for the consumer only; they win over <see cref="Common"/>.</summary>
    /// <value>As <see cref="Common"/>. The worker's own defaults: cooperative-sticky assignment, <c>auto.offset.reset=earliest</c>,
    /// <c>check.crcs=true</c>, <c>queued.max.messages.kbytes=4096</c>, <c>fetch.queue.backoff.ms=100</c>.</value>
    public Dictionary<string, string> Consumer { get; init; } = [];

    /// <summary>librdkafka settings for the producer only; they win over <see cref="Common"/>.</summary>
    /// <value>As <see cref="Common"/>. The worker's own defaults: <c>message.timeout.ms=0</c> (wait for the brokers for ever),
    /// <c>message.max.bytes=16777216</c>, <c>linger.ms=0</c>, <c>partitioner=murmur2_random</c>.</value>
    public Dictionary<string, string> Producer { get; init; } = [];
}
