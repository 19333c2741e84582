namespace Sluice.Worker.Documents;

/// <summary>The kinds of fault for which a record goes to the dead-letter topic.</summary>
internal enum RejectionReason
{
    /// <summary>Neither the value nor a header names the schema as it should, or the value of the format JSON is framed and none.</summary>
    WireFormat,

    /// <summary>The registry knows no schema of this id, refuses it, or has one there that cannot be used.</summary>
    UnknownSchema,

    /// <summary>The registry's schema is none, or has no text at a configured path.</summary>
    SchemaMismatch,

    /// <summary>The value is not in the envelope that is configured, or the envelope is empty.</summary>
    EnvelopeMismatch,

    /// <summary>The payload is not what its schema says.</summary>
    MalformedAvro,

    /// <summary>The value is not one JSON object.</summary>
    MalformedJson,

    /// <summary>A configured text field is not there.</summary>
    MissingText,

    /// <summary>A configured text field of a JSON value is no string.</summary>
    NotText,

    /// <summary>Every configured text field is null.</summary>
    NullText,

    /// <summary>The text is not valid UTF-8.</summary>
    InvalidUtf8,

    /// <summary>The model fails on this document alone, again and again, and labels others.</summary>
    RunFailed,

    /// <summary>The label, with the record's key and headers, is larger than its topic takes.</summary>
    LabelTooLarge,

    /// <summary>The broker does not take the label for what it is, such as one without a key in a compacted topic.</summary>
    LabelRefused,
}
