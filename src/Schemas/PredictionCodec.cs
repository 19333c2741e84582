using System.Buffers;
using Sluice.Schemas.Avro;

namespace Sluice.Schemas;

/// <summary><see cref="Prediction"/> to and from the bytes of <c>prediction.avsc</c>, which gives the order of the fields.</summary>
internal static class PredictionCodec
{
    private const int Modes = 4;

    /// <summary>The text of <c>prediction.avsc</c>.</summary>
    public static string SchemaText { get; } = Schemas.SchemaText.Read("prediction.avsc");

    /// <summary>Writes the payload, without a header. Allocates nothing itself.</summary>
    public static void Write(Prediction prediction, IBufferWriter<byte> output)
    {
        var writer = new AvroWriter(output);
        writer.WriteString(prediction.DocumentId);
        writer.WriteString(prediction.Label);
        WriteScores(writer, prediction.Scores);
        writer.WriteString(prediction.ModelId);
        writer.WriteString(prediction.ModelVersion);
        writer.WriteLong((int)prediction.Mode);
        writer.WriteString(prediction.Precision);
        WriteOptional(writer, prediction.StudentsUsed);
        WriteOptional(writer, prediction.ExitLayer);
        writer.WriteLong(prediction.Tokens);
        writer.WriteBoolean(prediction.Truncated);
        writer.WriteString(prediction.SourceTopic);
        writer.WriteLong(prediction.SourcePartition);
        writer.WriteLong(prediction.SourceOffset);
        WriteOptional(writer, prediction.SourceTimestamp?.ToUnixTimeMilliseconds());
        writer.WriteLong(prediction.LabelledAt.ToUnixTimeMilliseconds());
    }

    /// <summary>Reads a payload of this very schema; another writer's goes through <see cref="Projection"/> or the generic reader.</summary>
    /// <exception cref="AvroDecodeException">The payload does not fit.</exception>
    public static Prediction Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        return reader.End(new Prediction
        {
            DocumentId = reader.Text("document_id"),
            Label = reader.Text("label"),
            Scores = ReadScores(ref reader),
            ModelId = reader.Text("model_id"),
            ModelVersion = reader.Text("model_version"),
            Mode = (PredictionMode)reader.Index("mode", Modes),
            Precision = reader.Text("precision"),
            StudentsUsed = reader.Branch("students_used") ? reader.Int("students_used") : null,
            ExitLayer = reader.Branch("exit_layer") ? reader.Int("exit_layer") : null,
            Tokens = reader.Int("tokens"),
            Truncated = reader.Boolean("truncated"),
            SourceTopic = reader.Text("source_topic"),
            SourcePartition = reader.Int("source_partition"),
            SourceOffset = reader.Long("source_offset"),
            SourceTimestamp = reader.Branch("source_timestamp") ? reader.Time("source_timestamp") : null,
            LabelledAt = reader.Time("labelled_at"),
        });
    }

    private static void WriteScores(AvroWriter writer, IReadOnlyList<LabelScore> scores)
    {
        if (scores.Count > 0) writer.WriteLong(scores.Count);
        for (int i = 0; i < scores.Count; i++)
        {
            writer.WriteString(scores[i].Label);
            writer.WriteFloat(scores[i].Score);
        }

        writer.WriteLong(0);
    }

    private static List<LabelScore> ReadScores(ref RecordReader reader)
    {
        var scores = new List<LabelScore>();
        for (long count = reader.Block("scores"); count > 0; count = reader.Block("scores"))
            for (; count > 0; count--) scores.Add(new LabelScore(reader.Text("scores"), reader.Float("scores")));
        return scores;
    }

    private static void WriteOptional(AvroWriter writer, long? value)
    {
        writer.WriteLong(value is null ? 0 : 1);
        if (value is long number) writer.WriteLong(number);
    }
}
