using System.ComponentModel.DataAnnotations;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Delivery;

/// <summary>How often the label of a document is delivered where something fails.</summary>
internal enum DeliveryMode
{
    /// <summary>Once, and again for what was delivered and not committed when the worker died.</summary>
    AtLeastOnce,

    /// <summary>Once, for those who read labels under <c>isolation.level=read_committed</c>: labels and offsets go into one transaction.
    /// </summary>
    ExactlyOnce,
}

/// <summary>What is promised of labels, and what that costs. Section <c>Sluice:Delivery</c>.</summary>
internal sealed record DeliveryOptions
{
    public const string Section = "Sluice:Delivery";

    /// <summary>How often a label is delivered.</summary>
    /// <value>Default <c>AtLeastOnce</c>.</value>
    public DeliveryMode Mode { get; init; }

    /// <summary>How often a transaction is committed under <see cref="DeliveryMode.ExactlyOnce"/>: a label is seen by its readers after so
    /// long, and half of what may be in flight commits at once.</summary>
    /// <value>10 ms to 10 s. Default 100 ms: Kafka Streams' own.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan TransactionInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many documents of a partition may be labelled beyond its committed offset: so many a crash may cause to be labelled
    /// again, and a stop has to finish.</summary>
    /// <value>64 to 1,000,000. Default 500; where more are done in one second, those. A slow worker takes what it does in five seconds,
    /// if that is less, and at least 64.</value>
    [Range(ReplayPace.Least, 1_000_000)]
    public int ReplayWindow { get; init; } = 500;

    /// <summary>Under which name transactions are made, of this worker alone: two with one name end each other's, until one
    /// stops.</summary>
    /// <value>1 to 249 characters. Not given: <c>GROUP.INSTANCE</c> where <c>Kafka:Consumer:group.instance.id</c> names this worker, else
    /// <c>GROUP.</c> and a name made up for each start. A worker that comes back under its name ends its open transaction at once;
    /// another's ends by <c>transaction.timeout.ms</c>.</value>
    [StringLength(249, MinimumLength = 1)]
    public string? TransactionalId { get; init; }

    /// <summary>The options with the name that <see cref="TransactionalId"/> comes to.</summary>
    internal DeliveryOptions WithDefaults(KafkaOptions kafka) => TransactionalId is not null ? this : this with
    {
        TransactionalId = $"{kafka.GroupId}.{ClientSettings.Find(kafka, "group.instance.id") ?? Guid.NewGuid().ToString("N")}",
    };
}
