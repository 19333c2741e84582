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
internal readonly record struct LabelScore(string Label, float Score);

/// <summary>The label that a model gave to one document, as <c>prediction.avsc</c> has it, field by field.</summary>
/// <remarks>Times are kept to the millisecond.</remarks>
internal sealed record Prediction
{
    /// <summary>The document's own id; where it has none (or one of over 1,024 bytes) the record's key, else topic:partition:offset.</summary>
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

    /// <summary><c>fp32</c> or <c>int8</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>In mode <see cref="PredictionMode.Students"/>, how many took part, from the first; 0 is the swift student, which is no member of the group.</summary>
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
}
