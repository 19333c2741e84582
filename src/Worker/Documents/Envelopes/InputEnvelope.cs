namespace Sluice.Worker.Documents.Envelopes;

/// <summary>What stands around the document in a record's value.</summary>
internal enum InputEnvelope
{
    /// <summary>Nothing: the value is the document.</summary>
    None,

    /// <summary>A change event of Debezium: the document is the row in <c>after</c>. With JSON also inside Connect's envelope.</summary>
    Debezium,

    /// <summary>Kafka Connect's JSON with its schema: the document is <c>payload</c>.</summary>
    Connect,
}
