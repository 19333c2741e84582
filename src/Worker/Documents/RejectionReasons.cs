using System.Diagnostics;

namespace Sluice.Worker.Documents;

/// <summary>
/// The names of <see cref="RejectionReason"/> in headers, logs and metrics, which are read by others' tools and never change; and what to
/// do about each, for people. docs/configuration.md has both.
/// </summary>
internal static class RejectionReasons
{
    public static string Name(this RejectionReason reason) => reason switch
    {
        RejectionReason.WireFormat => "wire-format",
        RejectionReason.UnknownSchema => "unknown-schema",
        RejectionReason.SchemaMismatch => "schema-mismatch",
        RejectionReason.EnvelopeMismatch => "envelope-mismatch",
        RejectionReason.MalformedAvro => "malformed-avro",
        RejectionReason.MalformedJson => "malformed-json",
        RejectionReason.MissingText => "missing-text",
        RejectionReason.NotText => "not-text",
        RejectionReason.NullText => "null-text",
        RejectionReason.InvalidUtf8 => "invalid-utf8",
        RejectionReason.RunFailed => "run-failed",
        RejectionReason.LabelTooLarge => "label-too-large",
        RejectionReason.LabelRefused => "label-refused",
        _ => throw new UnreachableException($"Rejection reason {reason} has no name. This is a bug."),
    };

    /// <summary>What whoever finds such a dead-letter record can do, as the end of a sentence without its full stop; at most
    /// <see cref="LongestWayOut"/> characters.</summary>
    public static string WayOut(this RejectionReason reason) => reason switch
    {
        RejectionReason.WireFormat =>
            "have the producer write it with the schema registry's serializer, or set Sluice:Input:Format to what it writes",
        RejectionReason.UnknownSchema =>
            "see that Sluice:Registry:Url is the registry of its producer and still has that schema, then send the record again",
        RejectionReason.SchemaMismatch =>
            "name in Sluice:Input:TextFields fields of text that this schema has, or have the producer use a schema with them",
        RejectionReason.EnvelopeMismatch =>
            "set Sluice:Input:Envelope to what stands around the topic's documents, or have the connector write whole rows",
        RejectionReason.MalformedAvro =>
            "have the producer write it by the schema whose id it bears, and see that Sluice:Registry:Url is the producer's registry",
        RejectionReason.MalformedJson => "have the producer write one JSON object a record, or set Sluice:Input:Format to what it writes",
        RejectionReason.MissingText =>
            "name in Sluice:Input:TextFields fields that documents have, and in Sluice:Input:OptionalFields too those that some lack",
        RejectionReason.NotText => "name another field in Sluice:Input:TextFields, or have the producer write a text there",
        RejectionReason.NullText => "have the producer fill one of them, or name a field in Sluice:Input:TextFields that is filled",
        RejectionReason.InvalidUtf8 => "have the producer write the text in UTF-8, or set Sluice:Input:Format to what it writes",
        RejectionReason.RunFailed => "try its text alone on the same model, and tell whoever made the model where that fails too",
        RejectionReason.LabelTooLarge =>
            "raise max.message.bytes of the topic (and Sluice:Kafka:Producer:message.max.bytes), send smaller keys and headers, "
            + "or copy fewer fields",
        RejectionReason.LabelRefused => "send documents with a key, or write labels (Sluice:Kafka:OutputTopic) to a topic that takes such",
        _ => throw new UnreachableException($"Rejection reason {reason} has no way out. This is a bug."),
    };

    /// <summary>Characters of the longest way out; a message has as many left for what was found as this leaves.</summary>
    public const int LongestWayOut = 150;
}
