using System.ComponentModel.DataAnnotations;
using Sluice.Worker.Kafka;

namespace Sluice.Worker.Documents;

/// <summary>How a label is written.</summary>
internal enum OutputFormat
{
    /// <summary>Avro behind Confluent's header: a magic byte 0 and the id of prediction.avsc in the registry.</summary>
    Avro,

    /// <summary>One JSON object in UTF-8, as prediction.schema.json has it; without a header, and without a registry.</summary>
    Json,
}

/// <summary>What says to which partition of its topic a label, or a dead-letter record, goes.</summary>
internal enum OutputPartition
{
    /// <summary>The number of its document's, where the two topics have as many partitions; else the key.</summary>
    Source,

    /// <summary>The key, by <c>Kafka:Producer:partitioner</c>.</summary>
    Key,
}

/// <summary>What labels look like, and where they go. Section <c>Sluice:Output</c>.</summary>
internal sealed record OutputOptions
{
    public const string Section = "Sluice:Output";

    /// <summary>How labels are written.</summary>
    /// <value><c>Avro</c> or <c>Json</c>. Default <c>Avro</c>.</value>
    [EnumDataType(typeof(OutputFormat))]
    public OutputFormat Format { get; init; } = OutputFormat.Avro;

    /// <summary>What says to which partition a label or a dead-letter record goes.</summary>
    /// <value><c>Source</c> or <c>Key</c>. Not given: <c>Source</c>, and <c>Key</c> where <c>Kafka:Producer:partitioner</c> is set.</value>
    [EnumDataType(typeof(OutputPartition))]
    public OutputPartition? Partition { get; init; }

    /// <summary>Fields of the document that go into its label's <c>fields</c>, each under its path as it stands here.</summary>
    /// <value>0 to 32 paths. Default none. What is absent, null, no scalar or over <see cref="CopiedFields.MostBytes"/> bytes is left out,
    /// and so is what would make all of them longer than the document and than that.
    /// None for <see cref="InputFormat.Text"/>.</value>
    [MaxLength(32)]
    public string[] CopyFields { get; init; } = [];

    /// <summary>The options with what <see cref="Partition"/> comes to.</summary>
    internal OutputOptions WithDefaults(KafkaOptions kafka) => Partition is not null ? this : this with
    {
        Partition = ClientSettings.HasPartitioner(kafka) ? OutputPartition.Key : OutputPartition.Source,
    };
}
