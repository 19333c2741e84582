using System.Text.Json;

namespace Sluice.Cli.Demo.Report;

/// <summary>A run with a burst as <c>--json</c> writes it: the member <c>burst</c>.</summary>
internal static class BurstJson
{
    /// <summary>How long each entry of <c>timeline</c> is.</summary>
    private static readonly TimeSpan Entry = TimeSpan.FromSeconds(0.5);

    /// <summary>Writes the member. Times are in seconds, latencies in milliseconds, <c>modes</c> the shares of labels; unknown is null.
    /// </summary>
    public static void Write(BurstReport burst, bool hasAccuracy, Utf8JsonWriter json)
    {
        json.WriteStartObject("burst");
        json.WriteNumber("times", burst.Options.Times);
        json.WriteString("mode", burst.Mode);
        json.WriteNumber("most_lag", burst.MostLag);
        WriteSeconds(json, "drained_after_s", burst.Drained);
        WriteSeconds(json, "full_accuracy_after_s", burst.Recovered);
        json.WriteStartArray("phases");
        foreach (PhaseFigures phase in burst.Phases) WritePhase(json, phase, hasAccuracy);
        json.WriteEndArray();
        WriteTimeline(json, burst.Timeline, hasAccuracy);
        json.WriteEndObject();
    }

    private static void WritePhase(Utf8JsonWriter json, PhaseFigures phase, bool hasAccuracy)
    {
        json.WriteStartObject();
        json.WriteString("name", phase.Phase.Name);
        json.WriteNumber("seconds", Math.Round(phase.Phase.Length.TotalSeconds, 3));
        json.WriteNumber("arrivals_per_s", Math.Round(phase.Phase.PerSecond, 2));
        json.WriteNumber("documents", phase.Documents);
        json.WriteNumber("labelled", phase.Labelled);
        json.WriteStartObject("latency_ms");
        json.WriteNumber("p50", Math.Round(phase.LatencyMs.P50, 2));
        json.WriteNumber("p95", Math.Round(phase.LatencyMs.P95, 2));
        json.WriteNumber("p99", Math.Round(phase.LatencyMs.P99, 2));
        json.WriteEndObject();
        WriteShare(json, "accuracy", hasAccuracy && phase.Labelled > 0 ? phase.Accuracy : null);
        json.WriteStartObject("modes");
        foreach (ModeTotals mode in phase.Modes) WriteShare(json, mode.Mode, (double)mode.Labels / phase.Labelled);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteTimeline(Utf8JsonWriter json, Timeline timeline, bool hasAccuracy)
    {
        json.WriteStartArray("timeline");
        for (int entry = 0; entry * Entry < timeline.Newest; entry++)
        {
            TimelinePart part = timeline.Between(entry * Entry, (entry + 1) * Entry);
            json.WriteStartObject();
            json.WriteNumber("from_s", Math.Round((entry * Entry).TotalSeconds, 3));
            json.WriteNumber("arrivals_per_s", Math.Round(part.ArrivalsPerSecond, 2));
            json.WriteNumber("labelled_per_s", Math.Round(part.LabelledPerSecond, 2));
            json.WriteNumber("lag", part.Lag);
            WriteShare(json, "accuracy_of_modes", hasAccuracy ? part.Accuracy : null);
            json.WriteStartObject("modes");
            foreach ((ModeTotals mode, double share) in timeline.Modes.Zip(part.Modes).Where(pair => pair.Second > 0))
                WriteShare(json, mode.Mode, share);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known) json.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        else json.WriteNull(name);
    }

    private static void WriteShare(Utf8JsonWriter json, string name, double? share)
    {
        if (share is { } known) json.WriteNumber(name, Math.Round(known, 6));
        else json.WriteNull(name);
    }
}
