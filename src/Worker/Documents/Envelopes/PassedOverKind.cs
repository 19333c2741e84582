using System.Diagnostics;

namespace Sluice.Worker.Documents.Envelopes;

/// <summary>What a record may be that is neither a document nor a fault.</summary>
internal enum PassedOverKind
{
    /// <summary>The tombstone beside another one of its key, which is passed on.</summary>
    SecondTombstone,

    /// <summary>A whole table was emptied; which documents it had is not told.</summary>
    Truncate,

    /// <summary>A message that an application wrote into the database's log.</summary>
    Message,

    /// <summary>A sign of life of the connector.</summary>
    Heartbeat,

    /// <summary>A change of a table's columns.</summary>
    SchemaChange,

    /// <summary>Where a transaction began or ended.</summary>
    Transaction,
}

/// <summary>The kinds in the words of the log.</summary>
internal static class PassedOverKinds
{
    public static string Name(this PassedOverKind kind) => kind switch
    {
        PassedOverKind.SecondTombstone => "tombstones behind a delete",
        PassedOverKind.Truncate => "truncate events",
        PassedOverKind.Message => "messages of the database's log",
        PassedOverKind.Heartbeat => "heartbeats",
        PassedOverKind.SchemaChange => "schema changes",
        PassedOverKind.Transaction => "transaction boundaries",
        _ => throw new UnreachableException($"Kind {kind} has no name. This is a bug."),
    };
}
