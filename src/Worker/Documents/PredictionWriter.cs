using System.Diagnostics;
using System.Globalization;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Schemas;
using Sluice.Worker.Pipeline;

namespace Sluice.Worker.Documents;

/// <summary>From a row of a result to the record that is published.</summary>
internal static class PredictionWriter
{
    public static Prediction Of(WorkItem item, ModelIdentity model, ReadOnlySpan<float> probabilities, Provenance provenance,
        DateTimeOffset now)
    {
        LabelScore[] scores = new LabelScore[probabilities.Length];
        for (int i = 0; i < scores.Length; i++) scores[i] = new LabelScore(model.Labels[i], probabilities[i]);
        int best = Scores.Largest(probabilities);
        return new Prediction
        {
            DocumentId = item.DocumentId,
            Label = model.Labels[best],
            Scores = scores,
            ModelId = model.Id,
            ModelVersion = model.Version,
            Mode = ModeOf(provenance.Mode.Kind),
            Precision = provenance.Mode.Precision.Name(),
            StudentsUsed = provenance.Mode.Kind == ModeKind.Swift ? 0 : provenance.StudentsUsed,
            ExitLayer = provenance.ExitLayer,
            Tokens = item.Tokens,
            Truncated = item.Truncated,
            SourceTopic = item.Source.Partition.Topic,
            SourcePartition = item.Source.Partition.Partition,
            SourceOffset = item.Source.Offset,
            SourceTimestamp = item.Timestamp,
            LabelledAt = now,
            Exit = ExitOf(provenance),
            Confidence = probabilities[best],
            ModelDigest = model.Digest,
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
