using System.Diagnostics;
using Sluice.Worker.Wording;

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

    /// <summary>What whoever finds such a dead-letter record can do, where no more is known of the fault.</summary>
    public static WayOut DefaultWayOut(this RejectionReason reason) => reason switch
    {
        RejectionReason.WireFormat => new(
            "have the producer write it with the schema registry's serializer, or set Sluice:Input:Format to what it writes",
            Setting.InputFormat),
        // Ids of another registry may be known to this one, for schemas of others.
        RejectionReason.UnknownSchema => new(
            "see that Sluice:Registry:Url is the registry of its producer and still has that schema, then send the record again",
            Setting.RegistryUrl),
        RejectionReason.SchemaMismatch => new(
            "name in Sluice:Input:TextFields fields of text that this schema has, or have the producer use a schema with them",
            Setting.TextFields),
        RejectionReason.EnvelopeMismatch => new(
            "set Sluice:Input:Envelope to what stands around the topic's documents, or have the connector write whole rows",
            Setting.Envelope),
        RejectionReason.MalformedAvro => new(
            "have the producer write it by the schema whose id it bears, and see that Sluice:Registry:Url is the producer's registry",
            Setting.RegistryUrl),
        RejectionReason.MalformedJson => new(
            "have the producer write one JSON object a record, or set Sluice:Input:Format to what it writes", Setting.InputFormat),
        RejectionReason.MissingText => new(
            "name in Sluice:Input:TextFields fields that documents have, and in Sluice:Input:OptionalFields too those that some lack",
            Setting.TextFields),
        RejectionReason.NotText => new(
            "name another field in Sluice:Input:TextFields, or have the producer write a text there", Setting.TextFields),
        RejectionReason.NullText => new(
            "have the producer fill one of them, or name a field in Sluice:Input:TextFields that is filled", Setting.TextFields),
        RejectionReason.InvalidUtf8 => new(
            "have the producer write the text in UTF-8, or set Sluice:Input:Format to what it writes", Setting.InputFormat),
        RejectionReason.RunFailed => new(
            "try its text alone on the same model, and tell whoever made the model where that fails too", Setting.ModelPath),
        RejectionReason.LabelTooLarge => new(
            "raise max.message.bytes of the topic (and Sluice:Kafka:Producer:message.max.bytes), send smaller keys and headers, "
            + "or copy fewer fields", Setting.OutputTopic),
        RejectionReason.LabelRefused => new(
            "send documents with a key, or write labels (Sluice:Kafka:OutputTopic) to a topic that takes such", Setting.OutputTopic),
        _ => throw new UnreachableException($"Rejection reason {reason} has no way out. This is a bug."),
    };
}
