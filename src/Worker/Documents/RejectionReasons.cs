using System.Diagnostics;

namespace Sluice.Worker.Documents;

/// <summary>
/// The names of <see cref="RejectionReason"/> in headers, logs and metrics. They are read by others' tools: they never change.
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
}
