using System.ComponentModel.DataAnnotations;
using Sluice.Worker.Documents.Envelopes;

namespace Sluice.Worker.Documents;

/// <summary>How a record's value is written.</summary>
internal enum InputFormat
{
    /// <summary>Avro whose schema Confluent's frame names, by its id or its GUID, before the value or in a header
    /// (<see cref="SchemaFrame"/>).</summary>
    Avro,

    /// <summary>One JSON object in UTF-8.</summary>
    Json,

    /// <summary>The whole value is the text, in UTF-8.</summary>
    Text,
}

/// <summary>Where the text of a document is found. Section <c>Sluice:Input</c>.</summary>
internal sealed record InputOptions
{
    public const string Section = "Sluice:Input";
    public const string DefaultIdField = "id";

    /// <summary>How values are written.</summary>
    /// <value><c>Avro</c>, <c>Json</c> or <c>Text</c>. Default <c>Avro</c>.</value>
    [EnumDataType(typeof(InputFormat))]
    public InputFormat Format { get; init; } = InputFormat.Avro;

    /// <summary>What stands around the document in a value. Paths lead on from inside it.</summary>
    /// <value><c>None</c>, <c>Debezium</c> (for Avro and JSON) or <c>Connect</c> (for JSON). Default <c>None</c>.</value>
    [EnumDataType(typeof(InputEnvelope))]
    public InputEnvelope Envelope { get; init; } = InputEnvelope.None;

    /// <summary>
    /// The fields that make up the text, in this order, separated as by white space. A dot leads into a record: <c>mail.body</c>; <c>[]</c>
    /// and <c>{}</c> lead to each element of an array and each value of a map (<see cref="Paths.FieldPath"/>).
    /// </summary>
    /// <value>1 to 16 paths. Default <c>text</c>. Each must be there, but for <see cref="OptionalFields"/>; it may be null as long as one
    /// is not. None for <see cref="InputFormat.Text"/>.</value>
    [MaxLength(16)]
    public string[] TextFields { get; init; } = []; // the default is in WithDefaults: the binder adds to what it finds

    /// <summary>The text fields that may be absent, from a document or from the schema that wrote it; they count as null then.</summary>
    /// <value>Some of <see cref="TextFields"/>, as they stand there. Default none.</value>
    [MaxLength(16)]
    public string[] OptionalFields { get; init; } = [];

    /// <summary>The field that identifies the document in its label.</summary>
    /// <value>A path to one value, or empty for none. Default <c>id</c>. Where it is missing or null the record's key stands for it when it
    /// is valid UTF-8, else <c>topic:partition:offset</c>. None for <see cref="InputFormat.Text"/>.</value>
    public string IdField { get; init; } = DefaultIdField;

    /// <summary>Whether a field for the id was named, rather than left to be <see cref="DefaultIdField"/> or none.</summary>
    internal bool NamesId => IdField is not (DefaultIdField or "");

    /// <summary>As configured, with the default where no text field is named.</summary>
    public InputOptions WithDefaults() => TextFields.Length > 0 || Format == InputFormat.Text ? this : this with { TextFields = ["text"] };
}
