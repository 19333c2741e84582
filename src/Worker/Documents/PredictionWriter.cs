using System.Diagnostics;
using System.Globalization;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Schemas;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>From a row of a result to the record that is published.</summary>
internal static class PredictionWriter
{
    /// <param name="envelope">The document's record.</param>
    /// <param name="documentId">What identifies the document.</param>
    /// <param name="tokens">Its tokens, as far as the model takes them.</param>
    /// <param name="model">What labelled it.</param>
    /// <param name="probabilities">[labels], sums to 1.</param>
    /// <param name="provenance">How it was labelled.</param>
    /// <param name="now">The time of the label.</param>
    /// <param name="fields">What else is said of the document, by name.</param>
    public static Prediction Of(Envelope envelope, string documentId, TokenCount tokens, ModelIdentity model,
        ReadOnlySpan<float> probabilities, Provenance provenance, DateTimeOffset now, IReadOnlyDictionary<string, string>? fields = null)
    {
        LabelScore[] scores = new LabelScore[probabilities.Length];
        for (int i = 0; i < scores.Length; i++) scores[i] = new LabelScore(model.Labels[i], probabilities[i]);
        int best = Scores.Largest(probabilities);
        return new Prediction
        {
            DocumentId = documentId,
            Label = model.Labels[best],
            Scores = scores,
            ModelId = model.Id,
            ModelVersion = model.Version,
            Mode = ModeOf(provenance.Mode.Kind),
            Precision = provenance.Mode.Precision.Name(),
            StudentsUsed = provenance.Mode.Kind == ModeKind.Swift ? 0 : provenance.StudentsUsed,
            ExitLayer = provenance.ExitLayer,
            Tokens = tokens.Count,
            Truncated = tokens.Truncated,
            SourceTopic = envelope.Source.Partition.Topic,
            SourcePartition = envelope.Source.Partition.Partition,
            SourceOffset = envelope.Source.Offset,
            SourceTimestamp = envelope.Timestamp,
            LabelledAt = now,
            Exit = ExitOf(provenance),
            Confidence = probabilities[best],
            ModelDigest = model.Digest,
            Fields = fields ?? Prediction.NoFields,
        };
    }

    private static string? ExitOf(Provenance provenance) => provenance switch
    {
        { ExitLayer: { } layer } => string.Create(CultureInfo.InvariantCulture, $"layer:{layer}"),
        { Mode.Kind: ModeKind.Teacher } => null,
        { Mode.Kind: ModeKind.Students or ModeKind.Swift } => provenance.AnsweredBy.Name,
        _ => throw new UnreachableException($"Mode {provenance.Mode.Kind} has no name of its exit. This is a bug."),
    };

    private static PredictionMode ModeOf(ModeKind kind) => kind switch
    {
        ModeKind.Teacher => PredictionMode.Teacher,
        ModeKind.Students or ModeKind.Swift => PredictionMode.Students,
        _ => throw new UnreachableException($"Mode {kind} has no place in prediction.avsc. This is a bug."),
    };
}
