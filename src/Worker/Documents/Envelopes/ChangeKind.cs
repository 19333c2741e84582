namespace Sluice.Worker.Documents.Envelopes;

/// <summary>What a value is to Debezium.</summary>
internal enum ChangeKind
{
    /// <summary>A row that was made, changed or read in a snapshot (c, u, r): the document is in <c>after</c>.</summary>
    Row,

    /// <summary>The same, but <c>after</c> is null, or not there, or no record of fields.</summary>
    RowMissing,

    /// <summary>A row that was deleted (d).</summary>
    Delete,

    /// <summary>A table that was emptied (t).</summary>
    Truncate,

    /// <summary>A message of the database's log (m).</summary>
    Message,

    /// <summary>An operation that is none of these.</summary>
    UnknownOperation,

    /// <summary>A sign of life of the connector: a time and nothing else.</summary>
    Heartbeat,

    /// <summary>A change of a table's columns.</summary>
    SchemaChange,

    /// <summary>Where a transaction begins or ends.</summary>
    Transaction,

    /// <summary>Nothing that Debezium writes.</summary>
    NoChange,
}

/// <summary>The names that Debezium gives to fields and operations, in its envelope and in what it writes beside it.</summary>
/// <remarks>Source: Debezium's reference, "Data change events", "Heartbeat messages", "Schema change topic" and "Transaction metadata" of
/// the connectors. Each is the same in Avro and in JSON.</remarks>
internal static class ChangeFields
{
    public const string Operation = "op", After = "after", Message = "message";

    // Of a heartbeat there is nothing else; newer versions write the time in three units.
    public const string Milliseconds = "ts_ms", Microseconds = "ts_us", Nanoseconds = "ts_ns";

    /// <summary>All of these together tell what is no row: one that is taken for it is lost, and a row may well have some of them.
    /// </summary>
    public static readonly string[] OfSchemaChange = ["source", "databaseName", "ddl"],
        OfTransaction = ["status", "id", "event_count", "data_collections"];

    /// <summary>What an operation says of its row.</summary>
    /// <param name="operation">The text of <see cref="Operation"/>, in UTF-8.</param>
    public static ChangeKind KindOf(ReadOnlySpan<byte> operation) => operation.Length == 1
        ? operation[0] switch
        {
            (byte)'c' or (byte)'r' or (byte)'u' => ChangeKind.Row,
            (byte)'d' => ChangeKind.Delete,
            (byte)'t' => ChangeKind.Truncate,
            (byte)'m' => ChangeKind.Message,
            _ => ChangeKind.UnknownOperation,
        }
        : ChangeKind.UnknownOperation;
}
