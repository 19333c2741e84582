using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Documents;

/// <summary>How a label is written.</summary>
internal enum OutputFormat
{
    /// <summary>Avro behind Confluent's header: a magic byte 0 and the id of prediction.avsc in the registry.</summary>
    Avro,

    /// <summary>One JSON object in UTF-8, as prediction.schema.json has it; without a header, and without a registry.</summary>
    Json,
}

/// <summary>What labels look like. Section <c>Sluice:Output</c>.</summary>
internal sealed record OutputOptions
{
    public const string Section = "Sluice:Output";

    /// <summary>How labels are written.</summary>
    /// <value><c>Avro</c> or <c>Json</c>. Default <c>Avro</c>.</value>
    [EnumDataType(typeof(OutputFormat))]
    public OutputFormat Format { get; init; } = OutputFormat.Avro;

    /// <summary>Fields of the document that go into its label's <c>fields</c>, each under its path as it stands here.</summary>
    /// <value>0 to 32 paths. Default none. What is absent, null, no scalar or over <see cref="CopiedFields.MostBytes"/> bytes is left out,
    /// and so is what would make all of them longer than the document and than that.
    /// None for <see cref="InputFormat.Text"/>.</value>
    [MaxLength(32)]
    public string[] CopyFields { get; init; } = [];
}
