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
}
