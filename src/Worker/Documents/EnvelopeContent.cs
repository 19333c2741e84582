using System.Diagnostics;
using System.Text.Json;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>What is made of a value whose envelope holds no document.</summary>
internal static class EnvelopeContent
{
    /// <summary>For a value that is in no envelope.</summary>
    public static readonly WayOut NoEnvelope =
        new("where the topic has documents without an envelope, set Sluice:Input:Envelope to None", Setting.Envelope);

    /// <summary>For a value that is read without an envelope and is a change event.</summary>
    public static readonly WayOut IsDebezium =
        new("set Sluice:Input:Envelope to Debezium: this is a change event, and its document is in 'after'", Setting.Envelope);

    /// <summary>For a value that is read without an envelope and has Connect's.</summary>
    public static readonly WayOut IsConnect =
        new("set Sluice:Input:Envelope to Connect: this has a 'schema' around it, and its document is in 'payload'", Setting.Envelope);

    private static readonly WayOut WholeRows =
        new("have the connector write whole rows there; where these are no change events, set Sluice:Input:Envelope to None",
            Setting.Envelope);

    private static readonly WayOut Records =
        new("have the connector's converter write records; where this is no envelope, set Sluice:Input:Envelope to None",
            Setting.Envelope);

    private static readonly RecordContent Truncate = new RecordContent.PassedOver(PassedOverKind.Truncate),
        Message = new RecordContent.PassedOver(PassedOverKind.Message), Heartbeat = new RecordContent.PassedOver(PassedOverKind.Heartbeat),
        SchemaChange = new RecordContent.PassedOver(PassedOverKind.SchemaChange),
        Transaction = new RecordContent.PassedOver(PassedOverKind.Transaction);

    /// <summary>Null for a row, which is the document.</summary>
    public static RecordContent? Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Row => null,
        ChangeKind.Delete => RecordContent.Tombstone.Found,
        ChangeKind.Truncate => Truncate,
        ChangeKind.Message => Message,
        ChangeKind.Heartbeat => Heartbeat,
        ChangeKind.SchemaChange => SchemaChange,
        ChangeKind.Transaction => Transaction,
        ChangeKind.RowMissing => Mismatch("the event's op is c, r or u, but its 'after' is null, not there or no record: it has no row to "
            + "label", WholeRows),
        ChangeKind.UnknownOperation => Mismatch("the event's op is none of c, r, u, d, t and m"),
        ChangeKind.NoChange => Mismatch("the value is no change event of Debezium, for it has no 'op'", NoEnvelope),
        _ => throw new UnreachableException($"Kind {kind} of a change has no meaning. This is a bug."),
    };

    /// <summary>Null for an object, which is the document.</summary>
    /// <param name="payload">The first token of the payload in Connect's envelope; none where it has no payload.</param>
    public static RecordContent? OfPayload(JsonTokenType payload) => payload switch
    {
        JsonTokenType.StartObject => null,
        JsonTokenType.Null => RecordContent.Tombstone.Found,
        JsonTokenType.None => Mismatch("the value has no 'payload', as Connect's envelope has one", NoEnvelope),
        _ => Mismatch("the 'payload' in Connect's envelope is no object", Records),
    };

    private static RecordContent Mismatch(string detail, WayOut? wayOut = null) =>
        new Rejection(RejectionReason.EnvelopeMismatch, detail, wayOut);
}
