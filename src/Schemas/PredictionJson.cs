using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Schemas;

/// <summary>A prediction as JSON, as <c>prediction.schema.json</c> has it: one object in UTF-8 on one line, with the names, the order and
/// the enum symbols of <c>prediction.avsc</c>.</summary>
/// <remarks>Every field is there, null where Avro has null. Times are milliseconds since 1970, as in Avro. Thread-safe.</remarks>
internal static class PredictionJson
{
    // A label is data between programs, never part of a page: an é stays an é.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends the object, without a header or a line's end.</summary>
    /// <exception cref="ArgumentException">A score or the confidence is not finite, which JSON has no number for and no model gives.
    /// </exception>
    public static void Write(Prediction prediction, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter json = new(output, Options);
        json.WriteStartObject();
        json.WriteString("document_id"u8, prediction.DocumentId);
        json.WriteString("label"u8, prediction.Label);
        WriteScores(json, prediction.Scores);
        json.WriteString("model_id"u8, prediction.ModelId);
        json.WriteString("model_version"u8, prediction.ModelVersion);
        json.WriteString("mode"u8, Prediction.SymbolOf(prediction.Mode));
        json.WriteString("precision"u8, prediction.Precision);
        Write(json, "students_used"u8, prediction.StudentsUsed);
        Write(json, "exit_layer"u8, prediction.ExitLayer);
        json.WriteNumber("tokens"u8, prediction.Tokens);
        json.WriteBoolean("truncated"u8, prediction.Truncated);
        json.WriteString("source_topic"u8, prediction.SourceTopic);
        json.WriteNumber("source_partition"u8, prediction.SourcePartition);
        json.WriteNumber("source_offset"u8, prediction.SourceOffset);
        Write(json, "source_timestamp"u8, prediction.SourceTimestamp?.ToUnixTimeMilliseconds());
        json.WriteNumber("labelled_at"u8, prediction.LabelledAt.ToUnixTimeMilliseconds());
        json.WriteNumber("revision"u8, prediction.Revision);
        json.WriteString("exit"u8, prediction.Exit);
        if (prediction.Confidence is { } confidence) json.WriteNumber("confidence"u8, confidence);
        else json.WriteNull("confidence"u8);
        json.WriteBoolean("chosen_for_audit"u8, prediction.ChosenForAudit);
        json.WriteString("thresholds_version"u8, prediction.ThresholdsVersion);
        json.WriteString("model_digest"u8, prediction.ModelDigest);
        WriteFields(json, prediction.Fields);
        json.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter json, IReadOnlyList<LabelScore> scores)
    {
        json.WriteStartArray("scores"u8);
        foreach (LabelScore score in scores)
        {
            json.WriteStartObject();
            json.WriteString("label"u8, score.Label);
            json.WriteNumber("score"u8, score.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyDictionary<string, string> fields)
    {
        json.WriteStartObject("fields"u8);
        foreach ((string name, string value) in fields) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
