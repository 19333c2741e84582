using System.Buffers;
using Avro;
using Avro.Generic;
using Avro.Specific;

namespace Sluice.Schemas;

/// <summary>How a model was run; the values are the indices of the enum in <c>prediction.avsc</c>.</summary>
internal enum PredictionMode
{
    /// <summary>A mode that came after this program.</summary>
    Unknown,

    /// <summary>All layers of the full model.</summary>
    Teacher,

    /// <summary>Layers of the full model until it was sure enough.</summary>
    EarlyExit,

    /// <summary>The first students of the group, or the swift student.</summary>
    Students,
}

/// <summary>One label's share.</summary>
/// <param name="Label">The label.</param>
/// <param name="Score">0..1; the scores of a document add up to 1.</param>
internal readonly record struct LabelScore(string Label, float Score) : ISpecificRecord
{
    /// <inheritdoc/>
    Schema ISpecificRecord.Schema => Prediction.ScoreSchema;

    /// <inheritdoc/>
    object ISpecificRecord.Get(int fieldPos) => fieldPos == 0 ? Label : Score;

    /// <inheritdoc/>
    void ISpecificRecord.Put(int fieldPos, object fieldValue) => throw new NotSupportedException("A score does not change.");
}

/// <summary>The label that a model gave to one document, as <c>prediction.avsc</c> has it, field by field.</summary>
/// <remarks>Times are kept to the millisecond.</remarks>
internal sealed record Prediction : ISpecificRecord
{
    private static readonly Contract Contract = new("prediction.avsc");
    private static readonly IList<string> Modes = ((EnumSchema)Contract.Schema["mode"].Schema).Symbols;

    /// <summary>No <see cref="Fields"/>. Not to be written to.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    /// <summary>The text of <c>prediction.avsc</c>.</summary>
    public static string SchemaText => Contract.Text;

    /// <summary>The schema of one of <see cref="Scores"/>.</summary>
    internal static Schema ScoreSchema { get; } = ((ArraySchema)Contract.Schema["scores"].Schema).ItemSchema;

    /// <summary>
    /// The document's own id; where it has none (or one of over 1,024 bytes) the record's key, else topic:partition:offset.
    /// </summary>
    public required string DocumentId { get; init; }

    /// <summary>The label of the highest score.</summary>
    public required string Label { get; init; }

    /// <summary>One score for each label, in the model's order.</summary>
    public required IReadOnlyList<LabelScore> Scores { get; init; }

    /// <summary>Id of the model bundle.</summary>
    public required string ModelId { get; init; }

    /// <summary>Version of the model bundle.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>How the model was run.</summary>
    public required PredictionMode Mode { get; init; }

    /// <summary><c>fp32</c>, <c>fp16</c> or <c>int8</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>
    /// In mode <see cref="PredictionMode.Students"/>, how many took part, from the first; 0 is the swift student, which is none of the
    /// group's members.
    /// </summary>
    public int? StudentsUsed { get; init; }

    /// <summary>In mode <see cref="PredictionMode.EarlyExit"/>, the layer after which the document left, from 1.</summary>
    public int? ExitLayer { get; init; }

    /// <summary>Tokens that the model saw, with [CLS] and [SEP].</summary>
    public required int Tokens { get; init; }

    /// <summary>Whether the text had more.</summary>
    public required bool Truncated { get; init; }

    /// <summary>Topic that the document came from.</summary>
    public required string SourceTopic { get; init; }

    /// <summary>Its partition, from 0.</summary>
    public required int SourcePartition { get; init; }

    /// <summary>Its offset; with topic and partition, the key to tell a repeated delivery.</summary>
    public required long SourceOffset { get; init; }

    /// <summary>The document record's own time, where it has one.</summary>
    public DateTimeOffset? SourceTimestamp { get; init; }

    /// <summary>When the model had answered.</summary>
    public required DateTimeOffset LabelledAt { get; init; }

    /// <summary>0 for the first label of a document; a later, better one counts up.</summary>
    public int Revision { get; init; }

    /// <summary>
    /// What answered in the place of the whole model: <c>swift</c>, <c>students:1</c> (so many of the group, from the first),
    /// <c>layer:4</c>. Null where the whole model did.
    /// </summary>
    public string? Exit { get; init; }

    /// <summary>How sure the model was of <see cref="Label"/>, 0..1.</summary>
    public float? Confidence { get; init; }

    /// <summary>Whether the document is one of those by which answers of less than the whole model are checked.</summary>
    public bool ChosenForAudit { get; init; }

    /// <summary>Version of the thresholds that decided on <see cref="Exit"/>.</summary>
    public string? ThresholdsVersion { get; init; }

    /// <summary><c>sha256:</c> and the hash of the bundle's manifest, which has the hashes of all its other files.</summary>
    public string? ModelDigest { get; init; }

    /// <summary>Fields of the document that were asked for, by their paths; those that it has.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = NoFields;

    /// <inheritdoc/>
    Schema ISpecificRecord.Schema => Contract.Schema;

    /// <summary>The word of <c>prediction.avsc</c> for a mode.</summary>
    public static string SymbolOf(PredictionMode mode) => Modes[(int)mode];

    /// <summary>Appends the payload, without a header.</summary>
    public void Write(IBufferWriter<byte> output) => Contract.Write(this, output);

    /// <summary>Reads a payload that this program wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Prediction Read(ReadOnlySpan<byte> payload)
    {
        GenericRecord record = Contract.Read(payload);
        return new Prediction
        {
            DocumentId = (string)record["document_id"],
            Label = (string)record["label"],
            Scores = [.. ((object[])record["scores"]).Cast<GenericRecord>().Select(ScoreOf)],
            ModelId = (string)record["model_id"],
            ModelVersion = (string)record["model_version"],
            Mode = (PredictionMode)Modes.IndexOf(((GenericEnum)record["mode"]).Value),
            Precision = (string)record["precision"],
            StudentsUsed = (int?)record["students_used"],
            ExitLayer = (int?)record["exit_layer"],
            Tokens = (int)record["tokens"],
            Truncated = (bool)record["truncated"],
            SourceTopic = (string)record["source_topic"],
            SourcePartition = (int)record["source_partition"],
            SourceOffset = (long)record["source_offset"],
            SourceTimestamp = record["source_timestamp"] is long time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
            LabelledAt = DateTimeOffset.FromUnixTimeMilliseconds((long)record["labelled_at"]),
            Revision = (int)record["revision"],
            Exit = (string?)record["exit"],
            Confidence = (float?)record["confidence"],
            ChosenForAudit = (bool)record["chosen_for_audit"],
            ThresholdsVersion = (string?)record["thresholds_version"],
            ModelDigest = (string?)record["model_digest"],
            Fields = ((IDictionary<string, object>)record["fields"]).ToDictionary(field => field.Key, field => (string)field.Value),
        };
    }

    private static LabelScore ScoreOf(GenericRecord score) => new((string)score["label"], (float)score["score"]);

    /// <inheritdoc/>
    object? ISpecificRecord.Get(int fieldPos) => fieldPos switch
    {
        0 => DocumentId,
        1 => Label,
        2 => Scores,
        3 => ModelId,
        4 => ModelVersion,
        5 => SymbolOf(Mode),
        6 => Precision,
        7 => StudentsUsed,
        8 => ExitLayer,
        9 => Tokens,
        10 => Truncated,
        11 => SourceTopic,
        12 => SourcePartition,
        13 => SourceOffset,
        14 => SourceTimestamp?.ToUnixTimeMilliseconds(),
        15 => LabelledAt.ToUnixTimeMilliseconds(),
        16 => Revision,
        17 => Exit,
        18 => Confidence,
        19 => ChosenForAudit,
        20 => ThresholdsVersion,
        21 => ModelDigest,
        22 => Fields,
        _ => throw new System.Diagnostics.UnreachableException($"prediction.avsc has no field {fieldPos}. This is a bug."),
    };

    /// <inheritdoc/>
    void ISpecificRecord.Put(int fieldPos, object fieldValue) => throw new NotSupportedException("A prediction does not change.");
}
