using System.Text.Json;
using Sluice.Inference.Batching;

namespace Sluice.Cli.Demo.Report;

/// <summary>The report as <c>--json</c> writes it.</summary>
internal static class ReportJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>
    /// Writes one object. <c>confusion</c> is by true label, then by given label; <c>cpu_share</c> is of the whole process and adds up to
    /// 1; what is in no step is <c>other</c>.
    /// </summary>
    public static void Write(DemoReport report, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Indented);
        json.WriteStartObject();
        json.WriteNumber("documents", report.Counts.Documents);
        json.WriteNumber("lost", report.Counts.Lost);
        json.WriteNumber("not_sent", report.Counts.NotSent);
        json.WriteNumber("duplicated", report.Counts.Duplicated + report.Counts.Unexpected);
        json.WriteNumber("documents_per_s", Round(report.DocumentsPerSecond, 2));
        json.WriteNumber("tokens_per_s", Round(report.TokensPerSecond, 1));
        json.WriteStartObject("latency_ms");
        json.WriteNumber("p50", Round(report.LatencyMs.P50, 2));
        json.WriteNumber("p95", Round(report.LatencyMs.P95, 2));
        json.WriteNumber("p99", Round(report.LatencyMs.P99, 2));
        json.WriteEndObject();
        if (report.HasAccuracy) json.WriteNumber("accuracy", Round(report.Confusion.Accuracy, 6));
        else json.WriteNull("accuracy");
        WriteConfusion(json, report.Confusion);
        json.WriteStartObject("cpu_share");
        foreach ((string step, TimeSpan time) in report.Worker.Cpu)
            json.WriteNumber(step, Round(report.Worker.Share(time), 6));
        json.WriteEndObject();
        WriteBatches(json, report.Worker.Batches);
        if (report.Burst is { } burst) BurstJson.Write(burst, report.HasAccuracy, json);
        json.WriteEndObject();
    }

    /// <summary>Sizes of shapes are lower ends of ranges: from a power of two to before the next.</summary>
    private static void WriteBatches(Utf8JsonWriter json, BatchTotals batches)
    {
        json.WriteStartObject("batches");
        json.WriteNumber("count", batches.Batches);
        json.WriteNumber("padding", Round(batches.PaddingRatio, 6));
        json.WriteNumber("predicted_ms", Round(batches.PredictedMs, 1));
        json.WriteNumber("measured_ms", Round(batches.MeasuredMs, 1));
        json.WriteNumber("mean_error", Round(batches.MeanError, 6));
        json.WriteStartArray("shapes");
        foreach (BatchShapeCount shape in batches.Shapes)
        {
            json.WriteStartObject();
            json.WriteNumber("documents", shape.Rows);
            json.WriteNumber("longest", shape.Longest);
            json.WriteNumber("batches", shape.Batches);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteConfusion(Utf8JsonWriter json, Confusion confusion)
    {
        json.WriteStartObject("confusion");
        foreach (string trueLabel in confusion.Labels)
        {
            json.WriteStartObject(trueLabel);
            foreach (string given in confusion.Labels)
                json.WriteNumber(given, confusion[trueLabel, given]);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static double Round(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : 0;
}
