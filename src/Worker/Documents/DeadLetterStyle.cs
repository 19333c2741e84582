namespace Sluice.Worker.Documents;

/// <summary>Whose names tell of a dead-letter record where it came from and what is wrong with it, beside the worker's own.</summary>
internal enum DeadLetterStyle
{
    /// <summary>The worker's own alone (<see cref="DeadLetterHeaders"/>).</summary>
    Sluice,

    /// <summary>Those of Spring for Apache Kafka (<see cref="SpringHeaders"/>).</summary>
    Spring,

    /// <summary>Those of Kafka Connect (<see cref="ConnectHeaders"/>).</summary>
    Connect,
}
